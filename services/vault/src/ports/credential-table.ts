import type { Counted, CredentialFilter, CredentialPage, ListCredentials, VaultQueryAnswer } from '@keyturn/contracts/queries';

export type OpenRotation = VaultQueryAnswer<'epoch.list-open'>['items'][number];

/** A credential that could answer for a service; `source` says whose it is. */
export type Candidate = { readonly credentialId: string; readonly address: string; readonly source: 'user' | 'system' };

/** The inline read model: what a list or a look-up needs, without folding a stream. */
export interface CredentialTable {
  /** A page; `cursor` is the last page's `nextCursor`, which `readCursor` takes for the same sort and order only. */
  list(asked: ListCredentials): Promise<CredentialPage>;
  /** How many pass each filter, in order; one reading for all of them. */
  count(filters: readonly CredentialFilter[]): Promise<readonly Counted[]>;
  idOf(address: string): Promise<string | null>;
  /**
   * The credentials that could answer for a service, the best first: the person's own (those imported under an id of an older system too),
   * then the system's; among each the default first, then by address. Without a scope only the system's. Those of the system that may not be
   * used (disabled, or being deleted) come last, for nothing else may answer in their place.
   */
  candidates(of: { userScope: string | null; service: string; credentialType: string }): Promise<readonly Candidate[]>;
  /** Credentials with a rotation under way, each with the trace of its request. */
  open(): Promise<readonly OpenRotation[]>;
  /** Credentials with something in the ledger and no rotation under way. */
  unsettled(): Promise<readonly string[]>;
}
