import { ok, refuse, type Result } from '@keyturn/kernel';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Allowed = { readonly network: readonly [Address, number]; readonly port: number | null };

/** To which addresses provider calls may go. `null` is yes; otherwise what kind of address it is, as a sentence can say it. */
export type EgressRules = {
  refusalOf(address: string, port: number): string | null;
  /** Named in the allow-list: plain http may go there too. */
  isNamed(address: string, port: number): boolean;
};

const KINDS: Readonly<Record<string, string>> = {
  unspecified: 'unspecified',
  broadcast: 'broadcast',
  multicast: 'multicast',
  linkLocal: 'link-local',
  loopback: 'loopback',
  carrierGradeNat: 'carrier-grade NAT',
  private: 'private',
  uniqueLocal: 'private',
};

/** Where clouds answer their machines outside of the link-local range: Azure, Alibaba, Oracle, and AWS and Google over IPv6. */
const METADATA: ReadonlySet<string> = new Set(['168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254']);
/** `::a.b.c.d`, long deprecated: public by the library's table, and by nobody's network. */
const IPV4_COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96');

/** The address with a mapped IPv4 one taken out of its IPv6 coat, and without a zone. Null if it is none. */
const addressOf = (text: string): Address | null => (ipaddr.isValid(text) ? ipaddr.process(text) : null);

const isWithin = (address: Address, [network, bits]: readonly [Address, number]): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

/** Public is only what the registries hand out to hosts; every other range, also one that is reserved for later, is refused. */
const kindOf = (address: Address): string | null => {
  if (METADATA.has(address.toString())) return 'metadata';
  const range = address.range();
  if (range !== 'unicast') return KINDS[range] ?? 'reserved';
  return isWithin(address, IPV4_COMPATIBLE) ? 'reserved' : null;
};

const ENTRY =
  /^(?:\[(?<v6>[^\]]+)\]|(?<v4>\d+\.\d+\.\d+\.\d+)|(?<bare>[0-9a-fA-F.]*:[0-9a-fA-F:.]*))(?:\/(?<bits>\d{1,3}))?(?::(?<port>\d{1,5}))?$/u;

const parseEntry = (entry: string): Allowed | null => {
  const { v6, v4, bare, bits, port } = ENTRY.exec(entry)?.groups ?? {};
  const address = addressOf(v6 ?? v4 ?? bare ?? '');
  if (!address) return null;
  const widest = address.kind() === 'ipv4' ? 32 : 128;
  const network = { bits: Number(bits ?? widest), port: port === undefined ? null : Number(port) };
  if (network.bits > widest || network.port === 0 || (network.port ?? 1) > 65_535) return null;
  return { network: [address, network.bits], port: network.port };
};

const FORM = 'lists addresses and networks, each with a port or without: 10.0.0.0/8, 127.0.0.1:4010, [::1]:80';

/** The rules with an allow-list such as `127.0.0.1:4010,10.0.0.0/8,[::1]:8080`. It holds no names, because whoever serves a name could change it. */
export const parseEgressAllow = (list: string): Result<EgressRules, string> => {
  const entries = list.split(',').map((entry) => entry.trim());
  const allowed = entries.filter((entry) => entry !== '').map(parseEntry);
  const named = allowed.filter((entry) => entry !== null);
  if (named.length < allowed.length) return refuse(FORM);
  const isNamed = (text: string, port: number): boolean => {
    const address = addressOf(text);
    return address !== null && named.some((entry) => (entry.port ?? port) === port && isWithin(address, entry.network));
  };
  const refusalOf = (text: string, port: number): string | null => {
    const address = addressOf(text);
    if (!address) return 'unreadable';
    return isNamed(text, port) ? null : kindOf(address);
  };
  return ok({ isNamed, refusalOf });
};

/** Where in an IPv6 address of such a range an IPv4 one is, to which a translator leads: behind so many groups of 16 bits. */
const TRANSLATED: Readonly<Record<string, number>> = { rfc6145: 6, rfc6052: 6, '6to4': 1 };

const translationOf = (address: Address): Address => {
  if (!(address instanceof ipaddr.IPv6)) return address;
  const behind = isWithin(address, IPV4_COMPATIBLE) ? 6 : TRANSLATED[address.range()];
  if (behind === undefined) return address;
  const [high = 0, low = 0] = address.parts.slice(behind);
  return new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]);
};

/** Where no database is: an allow-list for databases opens none of these, however wide it is. */
export const NEVER_A_DATABASE: ReadonlySet<string> = new Set(['link-local', 'metadata', 'multicast', 'broadcast', 'unspecified']);

/** What forbids an address to databases whatever a list says. */
const neverAt = (text: string): string | null => {
  const address = addressOf(text);
  const kinds = address ? [kindOf(address), kindOf(translationOf(address))] : [];
  return kinds.find((kind) => kind !== null && NEVER_A_DATABASE.has(kind)) ?? null;
};

/**
 * The rules for databases, with an allow-list of their own and of the same form. Databases are private nearly always, so this list names whole
 * networks: what is no place for a database stays shut in them.
 */
export const parseDatabaseEgressAllow = (list: string): Result<EgressRules, string> => {
  const parsed = parseEgressAllow(list);
  if (!parsed.ok) return parsed;
  const { isNamed, refusalOf } = parsed.value;
  return ok({
    isNamed: (text, port) => isNamed(text, port) && neverAt(text) === null,
    refusalOf: (text, port) => neverAt(text) ?? refusalOf(text, port),
  });
};

/** Public addresses only. */
export const publicOnly: EgressRules = {
  isNamed: () => false,
  refusalOf: (text) => {
    const address = addressOf(text);
    return address ? kindOf(address) : 'unreadable';
  },
};
