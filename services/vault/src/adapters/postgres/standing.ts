import type { BatchPlan, Entry, Facts, StreamHead } from '../../log/plan-batch.ts';
import type { ChainHead } from '../../log/verify-chain.ts';
import type { Met, MetStreams, Unmet } from './met-streams.ts';
import { reckonedClock } from './reckoned-clock.ts';

/**
 * Where the log stands as far as this process can know: it read the end of it under the lock once, and has appended itself since. What is
 * planned on it holds only if the head is still the same when the lock is got (`expect_head`): every change of what is known here comes
 * with an event, and so moves the head (ADR 0016).
 */
export type Standing = {
  /**
   * Has what these entries need of streams that are not known yet be read, if nothing else is missing. Reading it before the lock is got is
   * as good: whatever changes it in between moves the head. Answers whether anything was learnt.
   */
  meet(entries: readonly Entry[], read: (unmet: Unmet) => Promise<Met>): Promise<boolean>;
  /** Keeps where streams stand by a reading outside of the lock, as `meet` does, unless all was forgotten meanwhile. */
  witness<Read extends { readonly met: Met }>(read: () => Promise<Read>): Promise<Read>;
  /** The facts for these entries, or null where some must be read under the lock. Command ids beyond those in flight are left to their unique index. */
  facts(entries: readonly Entry[]): Facts | null;
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

/** The head as the plan leaves it. */
const movedBy = (known: Known, plan: BatchPlan): Known => {
  const last = plan.appended.at(-1)?.recorded;
  return { ...known, activeKek: plan.activeKek, head: last ? { position: last.position, hash: last.hash } : known.head };
};

/** Who owns an address, what hangs on a KEK and who holds a credential is only ever read under the lock. */
const asksForMore = (entries: readonly Entry[]): boolean =>
  entries.some(({ job: { claims, kekId, leasesOf } }) => claims !== undefined || kekId !== undefined || leasesOf !== undefined);

export const standing = (streams: MetStreams): Standing => {
  const clock = reckonedClock(() => performance.now());
  let known: Known | null = null;
  /** What was asked before all was forgotten says nothing about now. */
  let forgotten = 0;

  const forget = (): void => {
    forgotten += 1;
    known = null;
    streams.clear();
  };

  const meetWhat = async <Read extends { readonly met: Met }>(
    read: () => Promise<Read>,
  ): Promise<{ readonly isKept: boolean; readonly answer: Read }> => {
    const asked = forgotten;
    const answer = await read();
    const isKept = known !== null && asked === forgotten;
    if (isKept) streams.meet(answer.met);
    return { isKept, answer };
  };

  return {
    forget,
    witness: async (read) => (await meetWhat(read)).answer,
    meet: async (entries, read) => {
      if (!known || asksForMore(entries)) return false;
      const unmet = streams.unmet(entries);
      if (unmet.heads.length + unmet.states.length === 0) return false;
      return (await meetWhat(async () => ({ met: await read(unmet) }))).isKept;
    },
    facts: (entries) => {
      if (!known || asksForMore(entries)) return null;
      const states = streams.statesOf(entries);
      const now = clock.now();
      if (!states || now === null) return null;
      return {
        ...known,
        now,
        states,
        known: streams.commands(),
        owners: new Map(),
        keks: new Map(),
        leases: new Map(),
        headOf: streams.headOf,
      };
    },
    learn: (read, plan) => {
      clock.read(read.now);
      if (!known || !isSame(known.head, read.head)) forget();
      known = movedBy({ incarnation: read.incarnation, activeKek: read.activeKek, head: read.head }, plan);
      streams.learn(read.heads, plan);
    },
    advance: (plan) => {
      if (known) known = movedBy(known, plan);
      streams.advance(plan);
    },
    landed: (plan, now) => {
      clock.read(now);
      streams.landed(plan);
    },
  };
};
