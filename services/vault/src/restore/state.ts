import type { LogEvent, LogHead, Recorded } from '@keyturn/contracts/events';
import type { Who } from '@keyturn/contracts/queries';
import { whoOf } from '../credential/state.ts';

export type Shreds = { readonly at: string; readonly lostTo: number | null; readonly named: number; readonly deleted: number };
export type Released = {
  readonly at: string;
  readonly by: Who;
  readonly reason: string | null;
  readonly tested: number;
  readonly failed: number;
  readonly noTest: number;
  readonly unchecked: number;
};

/** One restore from a backup, and what followed. */
export type Restore = {
  readonly incarnation: number;
  readonly restoredAt: string;
  readonly by: Who;
  readonly reason: string;
  readonly backedUpAt: string;
  readonly head: LogHead;
  /** Null until what was shredded in the lost log is shredded again. */
  readonly shreds: Shreds | null;
  /** Null while nothing is published. */
  readonly released: Released | null;
};

/** The oldest first. */
export type Restores = readonly Restore[];

export const neverRestored: Restores = [];

/** The restore after which publishing is still held; only the newest can be. */
export const heldRestore = (restores: Restores): Restore | null => {
  const newest = restores.at(-1);
  return newest?.released === null ? newest : null;
};

/**
 * Those whose shreds are still owed. An older one too: its vault may have been lost before it had repeated them, and the backup may be from
 * before that.
 */
export const unshredded = (restores: Restores): readonly Restore[] => restores.filter(({ shreds }) => shreds === null);

const changed = (restores: Restores, incarnation: number, change: Partial<Restore>): Restores =>
  restores.map((known) => (known.incarnation === incarnation ? { ...known, ...change } : known));

/** What the event changes. It may not say no. */
export const evolveRestores = (restores: Restores, event: LogEvent, { meta, recordedAt: at }: Recorded): Restores => {
  const by = whoOf(meta.actor);
  switch (event.type) {
    case 'log.restored': {
      const { incarnation, head, backedUpAt, reason } = event.data;
      return [...restores, { incarnation, restoredAt: at, by, reason, backedUpAt, head, shreds: null, released: null }];
    }
    case 'log.shreds-repeated': {
      const { incarnation, ...said } = event.data;
      return changed(restores, incarnation, { shreds: { at, ...said } });
    }
    case 'log.released': {
      const { incarnation, reason = null, ...counts } = event.data;
      return changed(restores, incarnation, { released: { at, by, reason, ...counts } });
    }
  }
};
