import type { CredentialType, ProviderName } from '@keyturn/contracts';

export type BulkWanted = {
  readonly service?: string | undefined;
  readonly provider?: ProviderName | undefined;
  readonly credentialType?: CredentialType | undefined;
  readonly tag?: string | undefined;
  readonly ids?: readonly string[] | undefined;
};

/** One that fits. `provider`: whose patience it shares; absent where it has a server of its own. */
export type Selected = { readonly credentialId: string; readonly address: string; readonly provider?: ProviderName };

/** What bulk rotations look up across streams; it follows from the log, in the append's own transaction. */
export interface BulkRotationTable {
  /** Those that have members left, the oldest first. */
  open(): Promise<readonly string[]>;
  /** The newest ones, the newest first. */
  newest(limit: number): Promise<readonly string[]>;
  /**
   * At most `limit` credentials of the system that fit all that is said. By address, but issuers come last: what they issue for others is
   * asked of them while their own value stays.
   */
  select(wanted: BulkWanted, limit: number): Promise<readonly Selected[]>;
}
