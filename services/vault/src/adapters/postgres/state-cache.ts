import { recentMap, type RecentMap } from '@keyturn/kernel';
import type { Held, StreamHead } from '../../log/plan-batch.ts';
import type { Fold } from '../../ports/command-log.ts';

/** Folded states by fold and stream, the least recently used dropped first. Never trusted beyond the head it is asked for. */
export type StateCache = {
  /** The held state if it is a prefix of the stream at `head`, else the fold's initial one at version 0. */
  upTo(fold: Fold<unknown>, stream: string, head: StreamHead): Held;
  latest(fold: Fold<unknown>, stream: string): Held | undefined;
  put(fold: Fold<unknown>, stream: string, held: Held): void;
  clear(): void;
};

export const stateCache = (capacity: number): StateCache => {
  let byFold = new WeakMap<Fold<unknown>, RecentMap<string, Held>>();
  const streamsOf = (fold: Fold<unknown>): RecentMap<string, Held> => {
    const known = byFold.get(fold) ?? recentMap<string, Held>(capacity);
    byFold.set(fold, known);
    return known;
  };
  const latest = (fold: Fold<unknown>, stream: string): Held | undefined => {
    const streams = streamsOf(fold);
    const held = streams.get(stream);
    if (held) streams.set(stream, held); // the least recently used goes first
    return held;
  };
  return {
    latest,
    clear: () => {
      byFold = new WeakMap();
    },
    upTo: (fold, stream, head) => {
      const held = latest(fold, stream);
      const isPrefix = held && (held.version === head.version ? held.position === head.position : held.version < head.version);
      return isPrefix ? held : { version: 0, position: 0, state: fold.initial };
    },
    put: (fold, stream, held) => {
      if (fold.undecided) return;
      streamsOf(fold).set(stream, held);
    },
  };
};
