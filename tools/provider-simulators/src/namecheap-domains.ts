/** A host record of a domain, with the names that the API has for it. */
export type NamecheapHost = { readonly Name: string; readonly Type: string; readonly Address: string; readonly TTL: string };

/** The domains of an account and their hosts, which calls change. */
export type NamecheapDomains = Map<string, readonly NamecheapHost[]>;

type Field = (name: string) => string;

const attributes = (of: Readonly<Record<string, string>>): string =>
  Object.entries(of)
    .map(([name, value]) => `${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`)
    .join(' ');

/** All hosts that a call brings, numbered from 1. */
const hostsOf = (field: Field): NamecheapHost[] => {
  const hosts: NamecheapHost[] = [];
  for (let number = 1; field(`HostName${number}`) !== ''; number += 1) {
    hosts.push({
      Name: field(`HostName${number}`),
      Type: field(`RecordType${number}`),
      Address: field(`Address${number}`),
      TTL: field(`TTL${number}`) || '1800',
    });
  }
  return hosts;
};

/** What is inside of `CommandResponse`, or the number of the error; null for a command that isn't about domains. */
export const answerAboutDomains = (
  domains: NamecheapDomains,
  command: string,
  field: Field,
): string | { readonly error: string } | null => {
  const domain = `${field('SLD')}.${field('TLD')}`;
  switch (command) {
    case 'namecheap.domains.getList': {
      const items = [...domains.keys()].map(
        (Name, index) => `<Domain ${attributes({ ID: String(index + 1), Name, Expires: '02/15/2030' })} />`,
      );
      return `<DomainGetListResult>${items.join('')}</DomainGetListResult>`;
    }
    case 'namecheap.domains.dns.getHosts': {
      const hosts = domains.get(domain);
      if (!hosts) return { error: '2019166' };
      return `<DomainDNSGetHostsResult ${attributes({ Domain: domain, IsUsingOurDNS: 'true' })}>${hosts.map((host) => `<host ${attributes(host)} />`).join('')}</DomainDNSGetHostsResult>`;
    }
    case 'namecheap.domains.dns.setHosts': {
      if (!domains.has(domain)) return { error: '2019166' };
      domains.set(domain, hostsOf(field));
      return `<DomainDNSSetHostsResult ${attributes({ Domain: domain, IsSuccess: 'true' })} />`;
    }
    default:
      return null;
  }
};
