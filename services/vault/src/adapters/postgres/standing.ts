import { recentMap } from '@keyturn/kernel';
import type { BatchPlan, Entry, Facts, Held, KnownCommand, StreamHead } from '../../log/plan-batch.ts';
import type { ChainHead } from '../../log/verify-chain.ts';
import type { Fold } from '../../ports/command-log.ts';
import { reckonedClock } from './reckoned-clock.ts';
import type { StateCache } from './state-cache.ts';

/**
 * Where the log stands as far as this process can know: it read the end of it under the lock once, and has appended itself since. What is
 * planned on it holds only if the head is still the same when the lock is got (`expect_head`): every change of what is known here comes
 * with an event, and so moves the head (ADR 0016).
 */
export type Standing = {
  /** The facts for these entries, or null where some must be read. Command ids beyond those in flight are left to their unique index. */
  facts(entries: readonly Entry[], companions: readonly string[]): Facts | null;
  /** What was read under the lock, and the plan that was then committed. */
  learn(read: ReadUnderLock, plan: BatchPlan): void;
  /** The plan is on its way: the next one stands on it, and fails with it. */
  advance(plan: BatchPlan): void;
  /** A plan on its way is committed; the database's clock said `now`. */
  landed(plan: BatchPlan, now: string): void;
  forget(): void;
};

export type ReadUnderLock = Pick<Facts, 'now' | 'incarnation' | 'activeKek' | 'head'> & { readonly heads: ReadonlyMap<string, StreamHead> };

type Known = { incarnation: number; activeKek: string | null; head: ChainHead };

const isSame = (a: ChainHead, b: ChainHead): boolean => a.position === b.position && a.hash === b.hash;

const keep = (cache: StateCache, plan: BatchPlan): void => {
  for (const [stream, folds] of plan.states) for (const [fold, held] of folds) cache.put(fold, stream, held);
};

/** The state of a stream as the newest plan on its way leaves it, or else as it was committed; null where it isn't that of the head. */
const heldAt = (cache: StateCache, flying: readonly BatchPlan[], { fold, job }: Entry, head: StreamHead): Held | null => {
  if (fold.undecided) return { ...head, state: fold.initial };
  const flown = flying
    .findLast(({ states }) => states.get(job.stream)?.has(fold))
    ?.states.get(job.stream)
    ?.get(fold);
  const held = flown ?? cache.upTo(fold, job.stream, head);
  return held.version === head.version ? held : null;
};

/** A repeat of what is still on its way waits for it, because it is committed behind it. */
const commandsOf = (flying: readonly BatchPlan[]): Map<string, KnownCommand> =>
  new Map(flying.flatMap(({ commands }) => commands.map(({ commandId, ...command }) => [commandId, command])));

/** `capacity`: how many streams' heads are remembered. */
export const standing = ({ cache, capacity }: { readonly cache: StateCache; readonly capacity: number }): Standing => {
  const heads = recentMap<string, StreamHead>(capacity);
  const clock = reckonedClock(() => performance.now());
  let known: Known | null = null;
  let flying: readonly BatchPlan[] = [];

  const forget = (): void => {
    known = null;
    flying = [];
    heads.clear();
  };

  const move = (plan: BatchPlan): void => {
    for (const { recorded } of plan.appended) heads.set(recorded.stream, { version: recorded.version, position: recorded.position });
    const last = plan.appended.at(-1)?.recorded;
    if (known) known = { ...known, activeKek: plan.activeKek, head: last ? { position: last.position, hash: last.hash } : known.head };
  };

  const statesOf = (entries: readonly Entry[]): Facts['states'] | null => {
    const states = new Map<string, Map<Fold<unknown>, Held>>();
    for (const entry of entries) {
      const { stream } = entry.job;
      const head = heads.get(stream);
      const held = head && heldAt(cache, flying, entry, head);
      if (!held) return null;
      states.set(stream, (states.get(stream) ?? new Map<Fold<unknown>, Held>()).set(entry.fold, held));
    }
    return states;
  };

  return {
    forget,
    facts: (entries, companions) => {
      if (!known || entries.some(({ job }) => job.claims !== undefined || job.kekId !== undefined)) return null;
      const states = companions.every(heads.has) ? statesOf(entries) : null;
      const now = clock.now();
      if (!states || now === null) return null;
      return { ...known, now, states, known: commandsOf(flying), owners: new Map(), keks: new Map(), headOf: heads.get };
    },
    learn: (read, plan) => {
      clock.read(read.now);
      keep(cache, plan);
      if (!known || !isSame(known.head, read.head)) forget();
      known = { incarnation: read.incarnation, activeKek: read.activeKek, head: read.head };
      for (const [stream, head] of read.heads) heads.set(stream, head);
      move(plan);
    },
    advance: (plan) => {
      flying = [...flying, plan];
      move(plan);
    },
    landed: (plan, now) => {
      clock.read(now);
      flying = flying.filter((each) => each !== plan);
      keep(cache, plan);
    },
  };
};
