import { recentMap } from '@keyturn/kernel';
import { type BatchPlan, type Entry, type Facts, type Held, type KnownCommand, statesFor, type StreamHead } from '../../log/plan-batch.ts';
import type { Fold, StreamFold } from '../../ports/command-log.ts';
import { streamsOf } from './read-facts.ts';
import type { StateCache } from './state-cache.ts';

/** Streams whose head is not known, and those whose state is not. */
export type Unmet = { readonly heads: readonly string[]; readonly states: readonly StreamFold[] };
export type Met = { readonly heads: ReadonlyMap<string, StreamHead>; readonly states: Facts['states'] };

/** The streams that this process has read or written: their heads, and their states as the plans on their way leave them. */
export type MetStreams = {
  unmet(entries: readonly Entry[]): Unmet;
  meet(met: Met): void;
  /** Null where any is not known. */
  statesOf(entries: readonly Entry[]): Facts['states'] | null;
  headOf(stream: string): StreamHead | undefined;
  /** What was read under the lock. */
  learn(heads: ReadonlyMap<string, StreamHead>, plan: BatchPlan): void;
  advance(plan: BatchPlan): void;
  landed(plan: BatchPlan): void;
  /** The commands of appends on their way: a repeat waits for them, because it is committed behind them. */
  commands(): Map<string, KnownCommand>;
  clear(): void;
};

const keep = (cache: StateCache, states: Facts['states']): void => {
  for (const [stream, folds] of states) for (const [fold, held] of folds) cache.put(fold, stream, held);
};

/** The state of a stream as the newest plan on its way leaves it, or else as it was committed; null where it isn't that of the head. */
const heldAt = (cache: StateCache, flying: readonly BatchPlan[], { fold, stream }: StreamFold, head: StreamHead): Held | null => {
  if (fold.undecided) return { ...head, state: fold.initial };
  const flown = flying
    .findLast(({ states }) => states.get(stream)?.has(fold))
    ?.states.get(stream)
    ?.get(fold);
  const held = flown ?? cache.upTo(fold, stream, head);
  return held.version === head.version ? held : null;
};

/** `capacity`: how many streams' heads are remembered. */
export const metStreams = ({ cache, capacity }: { readonly cache: StateCache; readonly capacity: number }): MetStreams => {
  const heads = recentMap<string, StreamHead>(capacity);
  let flying: readonly BatchPlan[] = [];

  const heldOf = (wanted: StreamFold): Held | null => {
    const head = heads.get(wanted.stream);
    return head ? heldAt(cache, flying, wanted, head) : null;
  };

  const move = (plan: BatchPlan): void => {
    for (const { recorded } of plan.appended) heads.set(recorded.stream, { version: recorded.version, position: recorded.position });
  };

  return {
    headOf: heads.get,
    unmet: (entries) => ({
      heads: [...streamsOf(entries)].filter((stream) => !heads.has(stream)),
      states: statesFor(entries).filter((wanted) => heldOf(wanted) === null),
    }),
    meet: (met) => {
      for (const [stream, head] of met.heads) if (!heads.has(stream)) heads.set(stream, head);
      keep(cache, met.states);
    },
    statesOf: (entries) => {
      if (![...streamsOf(entries)].every(heads.has)) return null;
      const states = new Map<string, Map<Fold<unknown>, Held>>();
      for (const wanted of statesFor(entries)) {
        const held = heldOf(wanted);
        if (!held) return null;
        states.set(wanted.stream, (states.get(wanted.stream) ?? new Map<Fold<unknown>, Held>()).set(wanted.fold, held));
      }
      return states;
    },
    learn: (read, plan) => {
      keep(cache, plan.states);
      for (const [stream, head] of read) heads.set(stream, head);
      move(plan);
    },
    advance: (plan) => {
      flying = [...flying, plan];
      move(plan);
    },
    landed: (plan) => {
      flying = flying.filter((each) => each !== plan);
      keep(cache, plan.states);
    },
    commands: () =>
      new Map(
        flying
          .filter(({ appended }) => appended.length > 0)
          .flatMap(({ commands }) => commands.map(({ commandId, ...command }) => [commandId, command])),
      ),
    clear: () => {
      flying = [];
      heads.clear();
    },
  };
};
