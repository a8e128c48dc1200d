import { type Client, DatabaseError } from 'pg';
import { ZodError } from 'zod';
import type { Recorded } from '@keyturn/contracts/events';
import type { Logger, Tracer } from '@keyturn/telemetry';
import { type BatchPlan, type Entry, type Outcome, planBatch } from '../../log/plan-batch.ts';
import type { Verdict } from '../../ports/command-log.ts';
import { LogUnavailable } from '../../ports/log-unavailable.ts';
import type { AppendConnection } from './append-connection.ts';
import type { Companions } from './companions.ts';
import type { Settled } from './group-commit.ts';
import { loadStates } from './load-states.ts';
import { lockAndRead, readHeads } from './read-facts.ts';
import type { StateCache } from './state-cache.ts';
import { writePlan } from './write-plan.ts';

type Failure = 'lost' | 'busy' | 'refused';

/**
 * Lost: the connection went, so nobody knows whether the server committed. Busy: the lock or the server's time was not to be had, and
 * fewer commands would fare no better. Refused: the server, or a stored row, said no; one command's fault may have hurt the others.
 */
const failureOf = (error: unknown): Failure => {
  if (error instanceof ZodError) return 'refused';
  if (!(error instanceof DatabaseError)) return 'lost';
  const code = error.code ?? '';
  if (/^(08|57P|25P03)/.test(code)) return 'lost';
  return /^(53|55P03|57014)/.test(code) ? 'busy' : 'refused';
};

const toSettled = (outcome: Outcome): Settled<Verdict> => ('verdict' in outcome ? { answer: outcome.verdict } : outcome);

export type AppendDeps = {
  readonly connection: AppendConnection;
  readonly cache: StateCache;
  readonly companions: Companions;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly committed: (events: readonly Recorded[]) => void;
};

/** Plans under the lock; again where decisions reach for streams that nobody could foresee (decisions are pure). */
const planUnderLock = async (client: Client, deps: AppendDeps, entries: readonly Entry[]): Promise<BatchPlan> => {
  const { heads, ...facts } = await lockAndRead(client, entries, deps.companions.of(entries.map(({ job }) => job.stream)));
  const states = await loadStates(client, deps.cache, entries, heads);
  for (let round = 0; round < 3; round++) {
    const plan = planBatch(entries, { ...facts, states, headOf: (stream) => heads.get(stream) });
    if (plan.missing.size === 0) return plan;
    for (const [stream, head] of await readHeads(client, [...plan.missing])) heads.set(stream, head);
  }
  throw new Error('a decision names other streams each time it runs');
};

const attempt = async (client: Client, deps: AppendDeps, entries: readonly Entry[]): Promise<BatchPlan> => {
  const plan = await planUnderLock(client, deps, entries);
  plan.outcomes.forEach((outcome, index) => {
    const entry = entries[index];
    if (entry && 'verdict' in outcome && !outcome.verdict.repeated) entry.tried = true;
  });
  await writePlan(client, plan);
  return plan;
};

/** The statements of one append as one span: how many of what, never their text or values. */
const tracedAttempt = (client: Client, deps: AppendDeps, entries: readonly Entry[]): Promise<BatchPlan> => {
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': 'append', 'keyturn.commands': entries.length };
  return deps.tracer.continue('append', { kind: 'client', attributes }, async (span) => {
    const plan = await attempt(client, deps, entries);
    span.set({ 'keyturn.events': plan.appended.length });
    return plan;
  });
};

export type AppendBatch = (entries: readonly Entry[]) => Promise<readonly Settled<Verdict>[]>;

/** Writes batches, one at a time, and finds out what became of one whose connection was lost. Throws `LogUnavailable` where it can't. */
export const appendBatch = (deps: AppendDeps): AppendBatch => {
  const { connection, cache, logger } = deps;

  const append: AppendBatch = async (entries) => {
    const client = await connection.current();
    let plan: BatchPlan;
    try {
      plan = await tracedAttempt(client, deps, entries);
    } catch (error) {
      connection.destroy(client);
      throw error;
    }
    for (const [stream, folds] of plan.states) for (const [fold, held] of folds) cache.put(fold, stream, held);
    deps.companions.learn(plan.companions);
    deps.committed(plan.appended.map(({ recorded }) => recorded));
    return plan.outcomes.map(toSettled);
  };

  /**
   * Trying again is always safe: the second attempt takes the append lock, which a first one that still runs holds to its end, and then
   * finds the command ids that the first one recorded.
   */
  const appendOrResolve = async (entries: readonly Entry[], again: boolean): Promise<readonly Settled<Verdict>[]> => {
    try {
      return await append(entries);
    } catch (error) {
      const failure = failureOf(error);
      logger.warn('log.append-failed', { commands: entries.length, failure, error });
      if (failure === 'lost' && again) return appendOrResolve(entries, false);
      if (failure !== 'refused' || entries.length === 1) throw new LogUnavailable(error);
    }
    const settled: Settled<Verdict>[] = [];
    for (const entry of entries) {
      settled.push(...(await appendOrResolve([entry], true).catch((fault: unknown) => [{ fault }])));
    }
    return settled;
  };

  return (entries) => appendOrResolve(entries, true);
};
