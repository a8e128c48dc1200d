import type { CredentialSummary } from '@keyturn/contracts/queries';

export type SummaryPage = { readonly items: readonly CredentialSummary[]; readonly nextCursor: string | null; readonly total: number };

/** The inline read model: what a list or a look-up needs, without folding a stream. */
export interface CredentialTable {
  /** Sorted by address; `cursor` is the last page's `nextCursor`. */
  list(filter: { search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<SummaryPage>;
  idOf(address: string): Promise<string | null>;
  /** Credentials with a rotation under way. */
  open(): Promise<readonly { credentialId: string; address: string; epoch: number }[]>;
  /** Credentials with something in the ledger and no rotation under way. */
  unsettled(): Promise<readonly string[]>;
}
