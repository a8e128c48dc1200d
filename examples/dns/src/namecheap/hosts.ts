import { z } from 'zod';
import { createTurns } from './in-turn.ts';
import { type NamecheapAccount, NamecheapRefused } from './namecheap-account.ts';

/** The types that this service writes. Records of all others, mail's for instance, are kept as they are. */
export const WrittenType = z.enum(['A', 'AAAA', 'CNAME', 'TXT']);

export const Host = z.strictObject({
  name: z.string().min(1).max(255),
  type: WrittenType,
  address: z.string().min(1).max(2_048),
  ttl: z.int().min(60).max(60_000).default(1_800),
});
export type Host = z.infer<typeof Host>;

/** A record as NameCheap has it. `preference`: of those for mail. */
export type HostRecord = Omit<Host, 'type'> & { readonly type: string; readonly preference?: number };
/** All records of a domain, and who has its mail: `MX`, `MXE`, `FWD`, `OX`, `GMAIL` or `NONE`. */
export type Hosts = { readonly emailType: string; readonly items: readonly HostRecord[] };

/** There is something that couldn't be given back to NameCheap, which replaces all: so nothing was changed. */
export class HostsNotKept extends Error {
  override readonly name = 'HostsNotKept';
}

/** What `setHosts` takes. */
const CARRIED: ReadonlySet<string> = new Set([...WrittenType.options, 'ALIAS', 'CAA', 'FRAME', 'MX', 'MXE', 'NS', 'URL', 'URL301']);

const Kept = z.object({ Name: z.string(), Type: z.string(), Address: z.string(), TTL: z.string(), MXPref: z.string().default('10') });
type Kept = z.infer<typeof Kept>;
/** Its manual writes the element with a capital, its server without. */
const Found = z.object({
  DomainDNSGetHostsResult: z.object({
    EmailType: z.string().optional(),
    host: z.array(Kept).default([]),
    Host: z.array(Kept).default([]),
  }),
});
const Done = z.object({ DomainDNSSetHostsResult: z.object({ IsSuccess: z.string() }) });

/** `example.co.uk` is SLD `example` and TLD `co.uk`. */
const partsOf = (domain: string): { readonly SLD: string; readonly TLD: string } => {
  const [SLD = '', ...rest] = domain.split('.');
  return { SLD, TLD: rest.join('.') };
};

const read = async (account: NamecheapAccount, domain: string) => {
  const answer = Found.parse(await account.call('namecheap.domains.dns.getHosts', partsOf(domain)));
  const { EmailType, host, Host: capital } = answer.DomainDNSGetHostsResult;
  return { emailType: EmailType, records: [...host, ...capital] };
};

const isMail = (type: string): boolean => type === 'MX' || type === 'MXE';

const recordOf = ({ Name, Type, Address, TTL, MXPref }: Kept): HostRecord => ({
  name: Name,
  type: Type,
  address: Address,
  ttl: Number(TTL),
  ...(isMail(Type) && { preference: Number(MXPref) }),
});

export const listHosts = async (account: NamecheapAccount, domain: string): Promise<Hosts> => {
  const { emailType = 'NONE', records } = await read(account, domain);
  return { emailType, items: records.map(recordOf) };
};

const inTurn = createTurns();

/**
 * Changes some of a domain's records. NameCheap has no call for that: one sets all of them, and how mail is delivered, and what isn't named is gone.
 * So all are read, changed and given back, by one caller of a domain after another.
 */
const changeHosts = (account: NamecheapAccount, domain: string, change: (records: readonly Kept[]) => readonly Kept[]): Promise<Hosts> =>
  inTurn(domain.toLowerCase(), async () => {
    const { emailType, records } = await read(account, domain);
    if (emailType === undefined) throw new HostsNotKept('NameCheap doesn’t say who has the mail of this domain');
    const strange = records.find(({ Type }) => !CARRIED.has(Type));
    if (strange) throw new HostsNotKept('The domain has a record of a type that can’t be given back to NameCheap');
    const wanted = change(records);
    const numbered = wanted.flatMap(({ Name, Type, Address, TTL, MXPref }, index) => [
      [`HostName${index + 1}`, Name],
      [`RecordType${index + 1}`, Type],
      [`Address${index + 1}`, Address],
      [`TTL${index + 1}`, TTL],
      [`MXPref${index + 1}`, MXPref],
    ]);
    const command = 'namecheap.domains.dns.setHosts';
    const sent = { ...partsOf(domain), EmailType: emailType, ...Object.fromEntries(numbered) };
    const { DomainDNSSetHostsResult } = Done.parse(await account.call(command, sent));
    if (DomainDNSSetHostsResult.IsSuccess.toLowerCase() !== 'true') throw new NamecheapRefused(command, 'none');
    return { emailType, items: wanted.map(recordOf) };
  });

const isOf = ({ Name, Type }: Kept, { name, type }: { readonly name: string; readonly type: string }): boolean =>
  Name.toLowerCase() === name.toLowerCase() && Type === type;

/** Sets the records of each name and type that is among the hosts, and leaves all others alone. Answers all that the domain has then. */
export const putHosts = (account: NamecheapAccount, domain: string, hosts: readonly Host[]): Promise<Hosts> =>
  changeHosts(account, domain, (records) => [
    ...records.filter((record) => !hosts.some((host) => isOf(record, host))),
    ...hosts.map(({ name, type, address, ttl }) => ({ Name: name, Type: type, Address: address, TTL: String(ttl), MXPref: '10' })),
  ]);

/** There is nothing of this name and type. */
export class NoHost extends Error {
  override readonly name = 'NoHost';
}

/** Removes the records of one name and type, and leaves all others alone. */
export const deleteHost = async (
  account: NamecheapAccount,
  domain: string,
  host: { readonly name: string; readonly type: Host['type'] },
): Promise<void> =>
  void (await changeHosts(account, domain, (records) => {
    const others = records.filter((record) => !isOf(record, host));
    if (others.length === records.length) throw new NoHost(host.name);
    return others;
  }));
