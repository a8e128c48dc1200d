import { inTurn } from '@keyturn/kernel';
import type { Client } from 'pg';
import { type BatchPlan, type Entry, planBatch } from '../../log/plan-batch.ts';
import type { ChainHead } from '../../log/verify-chain.ts';
import type { AppendConnection } from './append-connection.ts';
import { loadStates, readUnmet } from './load-states.ts';
import { type LockedFacts, lockAndRead, readHeads } from './read-facts.ts';
import type { Standing } from './standing.ts';
import type { StateCache } from './state-cache.ts';
import { writePlan, writeUnread } from './write-plan.ts';

export type AppendPlanDeps = {
  readonly connection: AppendConnection;
  readonly cache: StateCache;
  readonly standing: Standing;
};

/** Plans a batch and commits it. Calls `goAhead` when the next one may be sent behind it. Throws the server's or the connection's error. */
export type AppendPlan = (entries: readonly Entry[], goAhead: () => void) => Promise<BatchPlan>;

type Planned = { readonly plan: BatchPlan; readonly read: LockedFacts };

/** Plans under the lock; again where decisions reach for streams that nobody could foresee (decisions are pure). */
const planUnderLock = async (client: Client, { cache }: AppendPlanDeps, entries: readonly Entry[]): Promise<Planned> => {
  const read = await lockAndRead(client, entries);
  const { heads, ...facts } = read;
  const states = await loadStates(client, cache, entries, heads);
  for (let round = 0; round < 3; round++) {
    const plan = planBatch(entries, { ...facts, states, headOf: (stream) => heads.get(stream) });
    if (plan.missing.size === 0) return { plan, read };
    for (const [stream, head] of await readHeads(client, [...plan.missing])) heads.set(stream, head);
  }
  throw new Error('a decision names other streams each time it runs');
};

/** From here on a plan may have been recorded without anybody being answered. */
const markTried = (entries: readonly Entry[], plan: BatchPlan): readonly Entry[] => {
  const marked = entries.filter((entry, index) => {
    const outcome = plan.outcomes[index];
    return entry.tried !== true && outcome && 'verdict' in outcome && !outcome.verdict.repeated;
  });
  for (const entry of marked) entry.tried = true;
  return marked;
};

/** On the kept connection, which no error outlives: what it left on the way is unknown. */
const onClient = async <T>(connection: AppendConnection, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = await connection.current();
  try {
    return await work(client);
  } catch (error) {
    connection.destroy(client);
    throw error;
  }
};

/** The two ways to append (ADR 0016): on what is known, confirmed by the server, or, where that isn't enough or isn't so, on what is read. */
export const appendPlan = (deps: AppendPlanDeps): AppendPlan => {
  const { connection, standing, cache } = deps;
  const readers = inTurn();

  /** Takes the lock, reads, decides and writes: three round trips, and nobody else's statements in between. */
  const appendReading = (entries: readonly Entry[]): Promise<BatchPlan> =>
    readers.run(() =>
      onClient(connection, async (client) => {
        const { plan, read } = await planUnderLock(client, deps, entries);
        markTried(entries, plan);
        await writePlan(client, plan);
        standing.learn(read, plan);
        return plan;
      }),
    );

  /** The plan on what is known, if that is enough. */
  const planUnread = (entries: readonly Entry[]): { readonly plan: BatchPlan; readonly head: ChainHead } | null => {
    const facts = readers.isIdle() ? standing.facts(entries) : null;
    const plan = facts && planBatch(entries, facts);
    return facts && plan?.missing.size === 0 ? { plan, head: facts.head } : null;
  };

  /**
   * One round trip, or two where a stream is met for the first time; behind it the next one may be sent at once. Null: what is known is not
   * enough, or is not so.
   */
  const appendUnread = (entries: readonly Entry[], goAhead: () => void): Promise<BatchPlan | null> =>
    onClient(connection, async (client) => {
      const met = planUnread(entries);
      const isMet = met === null && readers.isIdle() && (await standing.meet(entries, (unmet) => readUnmet(client, cache, unmet)));
      // From the planning to the sending nothing is awaited, so that no other batch gets in between.
      const planned = isMet ? planUnread(entries) : met;
      if (!planned) return null;
      const { plan, head } = planned;
      const marked = markTried(entries, plan);
      const writing = writeUnread(client, plan, head);
      standing.advance(plan);
      goAhead();
      const written = await writing;
      if (written.isMoved) {
        standing.forget();
        for (const entry of marked) entry.tried = false; // it was rolled back for certain
        return null;
      }
      standing.landed(plan, written.now);
      return plan;
    });

  return async (entries, goAhead) => (await appendUnread(entries, goAhead)) ?? appendReading(entries);
};
