/** A host record of a domain, with the names that the API has for it. */
export type NamecheapHost = {
  readonly Name: string;
  readonly Type: string;
  readonly Address: string;
  readonly TTL: string;
  /** Of mail's records; `10` at all others. */
  readonly MXPref?: string;
};

/** `emailType`: who has its mail; `MX` if it says so by records of its own, `NONE` if left out. */
export type NamecheapDomain = { readonly hosts: readonly NamecheapHost[]; readonly emailType?: string };

/** The domains of an account and their hosts, which calls change. */
export type NamecheapDomains = Map<string, NamecheapDomain>;

type Field = (name: string) => string;

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '\t': '&#x9;' };

const attributes = (of: Readonly<Record<string, string>>): string =>
  Object.entries(of)
    .map(([name, value]) => `${name}="${value.replaceAll(/[&"<>'\t]/gu, (character) => ESCAPED[character] ?? '')}"`)
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
      MXPref: field(`MXPref${number}`) || '10',
    });
  }
  return hosts;
};

/** The type of mail that records of a type go with; without it they are gone. */
const MAIL: Readonly<Record<string, string>> = { MX: 'MX', MXE: 'MXE' };

const listed = (domains: NamecheapDomains, field: Field): string => {
  const size = Math.min(100, Math.max(10, Number(field('PageSize') || '20')));
  const page = Number(field('Page') || '1');
  const items = [...domains.keys()]
    .map((Name, index) => `<Domain ${attributes({ ID: String(index + 1), Name, Expires: '02/15/2030' })} />`)
    .slice((page - 1) * size, page * size);
  const paging = `<TotalItems>${domains.size}</TotalItems><CurrentPage>${page}</CurrentPage><PageSize>${size}</PageSize>`;
  return `<DomainGetListResult>${items.join('')}</DomainGetListResult><Paging>${paging}</Paging>`;
};

const hostsXml = (domain: string, { hosts, emailType = 'NONE' }: NamecheapDomain): string => {
  const elements = hosts.map(({ MXPref = '10', ...host }, index) => {
    const more = { AssociatedAppTitle: '', FriendlyName: '', IsActive: 'true', IsDDNSEnabled: 'false' };
    return `<host ${attributes({ HostId: String(index + 1), ...host, MXPref, ...more })} />`;
  });
  const of = attributes({ Domain: domain, EmailType: emailType, IsUsingOurDNS: 'true' });
  return `<DomainDNSGetHostsResult ${of}>\n${elements.join('\n')}\n</DomainDNSGetHostsResult>`;
};

/** What is inside of `CommandResponse`, or the number of the error; null for a command that isn't about domains. */
export const answerAboutDomains = (
  domains: NamecheapDomains,
  command: string,
  field: Field,
): string | { readonly error: string } | null => {
  const domain = `${field('SLD')}.${field('TLD')}`;
  const held = domains.get(domain);
  switch (command) {
    case 'namecheap.domains.getList':
      return listed(domains, field);
    case 'namecheap.domains.dns.getHosts':
      return held ? hostsXml(domain, held) : { error: '2019166' };
    case 'namecheap.domains.dns.setHosts': {
      if (!held) return { error: '2019166' };
      // All are replaced by what the call names, and how mail is delivered is what the call says: nothing, if it says nothing.
      const emailType = field('EmailType') || 'NONE';
      domains.set(domain, { emailType, hosts: hostsOf(field).filter(({ Type }) => (MAIL[Type] ?? emailType) === emailType) });
      return `<DomainDNSSetHostsResult ${attributes({ Domain: domain, IsSuccess: 'true' })} />`;
    }
    default:
      return null;
  }
};
