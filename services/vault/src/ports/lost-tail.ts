import type { LogHead } from '@keyturn/contracts/events';
import type { LostShred } from '@keyturn/contracts/queries';

export type LostPage = {
  /** Audit has witnessed the event that the backup ended with; while it hasn't, it can say nothing. */
  readonly known: boolean;
  readonly lostTo: number | null;
  readonly items: readonly LostShred[];
  readonly next: LogHead | null;
};

/** What audit still knows of a log that a restore replaced. */
export interface LostTail {
  /** Which credentials were shredded behind `head`, before this incarnation: a page behind `after`. Null: audit doesn't answer. */
  shreds(asked: { readonly head: LogHead; readonly incarnation: number; readonly after: LogHead | null }): Promise<LostPage | null>;
}
