import { z } from 'zod';
import type { NamecheapAccount } from './namecheap-account.ts';

export type Domain = { readonly name: string; readonly expires: string };

/** A host record. NameCheap sets all of a domain at once: what isn't named is gone. */
export const Host = z.strictObject({
  name: z.string().min(1).max(255),
  type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']),
  address: z.string().min(1).max(2_048),
  ttl: z.int().min(60).max(60_000).default(1_800),
});
export type Host = z.infer<typeof Host>;

const Domains = z.object({
  DomainGetListResult: z.union([
    z.object({ Domain: z.array(z.object({ Name: z.string(), Expires: z.string() })) }),
    z.string().transform(() => ({ Domain: [] })),
  ]),
});
const Hosts = z.object({
  DomainDNSGetHostsResult: z.object({
    host: z.array(z.object({ Name: z.string(), Type: z.string(), Address: z.string(), TTL: z.coerce.number() })).default([]),
  }),
});

export const listDomains = async (account: NamecheapAccount): Promise<Domain[]> => {
  const { DomainGetListResult } = Domains.parse(await account.call('namecheap.domains.getList', { PageSize: '100' }));
  return DomainGetListResult.Domain.map(({ Name, Expires }) => ({ name: Name, expires: Expires }));
};

/** `example.co.uk` is SLD `example` and TLD `co.uk`. */
const partsOf = (domain: string): { readonly SLD: string; readonly TLD: string } => {
  const [SLD = '', ...rest] = domain.split('.');
  return { SLD, TLD: rest.join('.') };
};

export const listHosts = async (account: NamecheapAccount, domain: string): Promise<Omit<Host, 'type'>[]> => {
  const answer = Hosts.parse(await account.call('namecheap.domains.dns.getHosts', partsOf(domain)));
  return answer.DomainDNSGetHostsResult.host.map(({ Name, Type, Address, TTL }) => ({
    name: Name,
    type: Type,
    address: Address,
    ttl: TTL,
  }));
};

export const setHosts = async (account: NamecheapAccount, domain: string, hosts: readonly Host[]): Promise<void> => {
  const numbered = hosts.flatMap(({ name, type, address, ttl }, index) => [
    [`HostName${index + 1}`, name],
    [`RecordType${index + 1}`, type],
    [`Address${index + 1}`, address],
    [`TTL${index + 1}`, String(ttl)],
  ]);
  await account.call('namecheap.domains.dns.setHosts', { ...partsOf(domain), ...Object.fromEntries(numbered) });
};
