import type { LostEntry } from '@keyturn/contracts/queries';
import type { Checkpoint } from './entry-store.ts';

export type LostPlace = { readonly generation: number; readonly position: number };
export type LostQuery = { readonly credentialId?: string | undefined; readonly after: LostPlace; readonly limit: number };

export type ShredQuery = {
  /** The event up to which the restored log is the lost one. */
  readonly head: Checkpoint;
  /** The restored log's: events of this one, or a later one, are not lost. */
  readonly incarnation: number;
  readonly after: Checkpoint;
  readonly limit: number;
};

/** What audit witnessed of logs that restores from backups have replaced. It stays in the generations that were served then. */
export interface LostTail {
  /** Oldest log first, each in its order. */
  entries(query: LostQuery): Promise<{ readonly items: readonly LostEntry[]; readonly total: number }>;
  /** How far the lost log was witnessed behind `head`; null where `head` itself never was. `to`: null where nothing behind it was. */
  reach(query: Pick<ShredQuery, 'head' | 'incarnation'>): Promise<{ readonly to: number | null } | null>;
  /** The events that tell of shreds and deletions behind `head`, as they came, in order. */
  shreds(query: ShredQuery): Promise<readonly string[]>;
}
