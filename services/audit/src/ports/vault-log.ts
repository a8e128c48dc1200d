import type { LogRow } from '@keyturn/contracts/queries';

/** The vault's log as its table says it now, whatever the stream brought of it. */
export interface VaultLog {
  /** Rows behind a position, in order; none behind the last. Null while the vault gives no answer. */
  page(after: number, limit: number): Promise<readonly LogRow[] | null>;
}
