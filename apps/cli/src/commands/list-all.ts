import { CredentialList, type CredentialSummary } from '@keyturn/contracts/api';
import type { Gateway } from '../connection/gateway.ts';

const PAGE = 200;

/** Every credential that the search finds, page by page, so that memory stays flat. */
export async function* listAll(gateway: Gateway, search?: string): AsyncGenerator<readonly CredentialSummary[]> {
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (search !== undefined) query.set('search', search);
    if (cursor !== null) query.set('cursor', cursor);
    const page: CredentialList = await gateway.ask({ path: `/api/v1/admin/credentials?${query.toString()}`, answers: CredentialList });
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
