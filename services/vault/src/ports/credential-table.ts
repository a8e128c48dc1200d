import type { CredentialSummary, VaultQueryAnswer } from '@keyturn/contracts/queries';

export type SummaryPage = { readonly items: readonly CredentialSummary[]; readonly nextCursor: string | null; readonly total: number };

export type OpenRotation = VaultQueryAnswer<'epoch.list-open'>['items'][number];

/** The inline read model: what a list or a look-up needs, without folding a stream. */
export interface CredentialTable {
  /** Sorted by address; `cursor` is the last page's `nextCursor`. */
  list(filter: { search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<SummaryPage>;
  idOf(address: string): Promise<string | null>;
  /** Credentials with a rotation under way, each with the trace of its request. */
  open(): Promise<readonly OpenRotation[]>;
  /** Credentials with something in the ledger and no rotation under way. */
  unsettled(): Promise<readonly string[]>;
}
