import { z } from 'zod';
import type { NamecheapAccount } from './namecheap-account.ts';

export type Domain = { readonly name: string; readonly expires: string };

const PAGE_SIZE = 100;
const Domains = z.object({
  DomainGetListResult: z.union([
    z.object({ Domain: z.array(z.object({ Name: z.string(), Expires: z.string() })) }),
    z.string().transform(() => ({ Domain: [] })),
  ]),
  Paging: z.object({ TotalItems: z.coerce.number().int() }),
});

/** All domains of the account, of however many pages. */
export const listDomains = async (account: NamecheapAccount): Promise<Domain[]> => {
  const domains: Domain[] = [];
  for (let page = 1; ; page += 1) {
    const asked = { PageSize: String(PAGE_SIZE), Page: String(page) };
    const { DomainGetListResult, Paging } = Domains.parse(await account.call('namecheap.domains.getList', asked));
    const found = DomainGetListResult.Domain;
    domains.push(...found.map(({ Name, Expires }) => ({ name: Name, expires: Expires })));
    if (found.length === 0 || domains.length >= Paging.TotalItems) return domains;
  }
};
