import type { LogRow } from '@keyturn/contracts/queries';

/** The log as its table says it now, for whoever witnessed it: nothing is parsed, so that what somebody broke there can be read too. */
export interface LogTable {
  /** Rows behind a position, in order: at most `limit`, fewer where they would be too big for one message, none behind the last. */
  page(after: number, limit: number): Promise<readonly LogRow[]>;
}
