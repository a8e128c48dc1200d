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
  let byFold = new WeakMap<Fold<unknown>, Map<string, Held>>();
  const streamsOf = (fold: Fold<unknown>): Map<string, Held> => {
    const known = byFold.get(fold) ?? new Map<string, Held>();
    byFold.set(fold, known);
    return known;
  };
  const latest = (fold: Fold<unknown>, stream: string): Held | undefined => {
    const streams = streamsOf(fold);
    const held = streams.get(stream);
    if (held) {
      streams.delete(stream);
      streams.set(stream, held);
    }
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
      const streams = streamsOf(fold);
      streams.delete(stream);
      streams.set(stream, held);
      const oldest = streams.keys().next();
      if (streams.size > capacity && !oldest.done) streams.delete(oldest.value);
    },
  };
};
