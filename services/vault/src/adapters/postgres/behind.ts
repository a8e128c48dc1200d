import { evolveHeld, type Held } from '../../log/plan-batch.ts';
import type { Fold, StreamFold } from '../../ports/command-log.ts';
import { type EventRow, toRecorded } from './events-table.ts';
import type { StateCache } from './state-cache.ts';

/** A stream's state as far as it is held, behind which the rest of the stream is wanted. */
export type Behind = StreamFold & { readonly held: Held };

export const startOf = (fold: Fold<unknown>): Held => ({ version: 0, position: 0, state: fold.initial });

/** Behind what the cache holds, however far that is. */
export const behindCached = (cache: StateCache, { fold, stream }: StreamFold): Behind => ({
  fold,
  stream,
  held: cache.latest(fold, stream) ?? startOf(fold),
});

/** Behind which version each stream is to be read; by two folds, behind the lower one. */
export const versionsBehind = (wanted: readonly Behind[]): Map<string, number> => {
  const after = new Map<string, number>();
  for (const { stream, held } of wanted) after.set(stream, Math.min(held.version, after.get(stream) ?? held.version));
  return after;
};

/** The state with what was read of its stream, of which it may hold a part. */
export const caughtUp = ({ fold, stream, held }: Behind, tails: ReadonlyMap<string, readonly EventRow[]>): Held =>
  evolveHeld(fold, held, (tails.get(stream) ?? []).filter(({ version }) => version > held.version).map(toRecorded));
