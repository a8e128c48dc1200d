import { type Client, DatabaseError, type Pool } from 'pg';
import { ZodError } from 'zod';
import type { Sensitive } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { type BatchPlan, type Entry, evolveHeld, type Outcome, planBatch } from '../../log/plan-batch.ts';
import type { CommandLog, Fold, Verdict } from '../../ports/command-log.ts';
import { LogUnavailable } from '../../ports/log-unavailable.ts';
import { commitListeners } from '../commit-listeners.ts';
import { APPEND_TIMEOUTS, appendConnection, type AppendTimeouts } from './append-connection.ts';
import { groupCommit, type Settled } from './group-commit.ts';
import { loadStates } from './load-states.ts';
import { ensurePartitions } from './partitions.ts';
import { readEvents, readSealed, readStream } from './read-events.ts';
import { lockAndRead } from './read-facts.ts';
import { stateCache } from './state-cache.ts';
import { writePlan } from './write-plan.ts';

export type PostgresCommandLog = CommandLog & { close(): Promise<void> };

export type PostgresCommandLogOptions = {
  /** Of the service role. Appends have a connection of their own. */
  readonly url: Sensitive<string>;
  /** For reads, as the service role. */
  readonly pool: Pool;
  readonly logger: Logger;
  readonly timeouts?: AppendTimeouts;
  readonly batchSize?: number;
  readonly cachedStreams?: number;
};

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

/** The event log in Postgres (design §3): one append lock, group commit, one hash chain. */
export const postgresCommandLog = (options: PostgresCommandLogOptions): PostgresCommandLog => {
  const { pool, logger } = options;
  const connection = appendConnection(options.url, options.timeouts ?? APPEND_TIMEOUTS);
  const cache = stateCache(options.cachedStreams ?? 10_000);
  const listeners = commitListeners(logger);

  const attempt = async (client: Client, entries: readonly Entry[]): Promise<BatchPlan> => {
    const { heads, ...facts } = await lockAndRead(client, entries);
    const states = await loadStates(client, cache, entries, heads);
    const plan = planBatch(entries, { ...facts, states });
    plan.outcomes.forEach((outcome, index) => {
      const entry = entries[index];
      if (entry && 'verdict' in outcome && !outcome.verdict.repeated) entry.tried = true;
    });
    await writePlan(client, plan);
    return plan;
  };

  const append = async (entries: readonly Entry[]): Promise<readonly Settled<Verdict>[]> => {
    const client = await connection.current();
    let plan: BatchPlan;
    try {
      plan = await attempt(client, entries);
    } catch (error) {
      connection.destroy(client);
      throw error;
    }
    for (const [stream, folds] of plan.states) for (const [fold, held] of folds) cache.put(fold, stream, held);
    const events = plan.appended.map(({ recorded }) => recorded);
    listeners.tell(events);
    ensurePartitions(pool, events, logger);
    return plan.outcomes.map(toSettled);
  };

  /**
   * Trying again is always safe: the second attempt takes the append lock, which a first one that still runs holds to its end, and then
   * finds the command ids that the first one recorded.
   */
  const appendOrResolve = async (entries: readonly Entry[], again = true): Promise<readonly Settled<Verdict>[]> => {
    try {
      return await append(entries);
    } catch (error) {
      const failure = failureOf(error);
      logger.warn('log.append-failed', { commands: entries.length, failure, error });
      if (failure === 'lost' && again) return appendOrResolve(entries, false);
      if (failure !== 'refused' || entries.length === 1) throw error;
    }
    const settled: Settled<Verdict>[] = [];
    for (const entry of entries) {
      settled.push(...(await appendOrResolve([entry]).catch((error: unknown) => [{ fault: new LogUnavailable(error) }])));
    }
    return settled;
  };

  const batches = groupCommit<Entry, Verdict>({
    size: options.batchSize ?? 256,
    queued: 16_384,
    full: () => new LogUnavailable(new Error('too many commands are waiting, or the log is closing')),
    write: (entries) =>
      appendOrResolve(entries).catch((error: unknown) => {
        throw new LogUnavailable(error);
      }),
  });

  const state = async <State>(fold: Fold<State>, stream: string): Promise<State> => {
    if (fold.undecided) return fold.initial;
    const held = cache.latest(fold, stream) ?? { version: 0, position: 0, state: fold.initial };
    const now = evolveHeld(fold, held, await readStream(pool, stream, held.version));
    if (now.version > (cache.latest(fold, stream)?.version ?? 0)) cache.put(fold, stream, now);
    return now.state as State;
  };

  return {
    submit: (fold, job) => batches.submit({ fold, job }),
    state,
    read: (after, limit) => readEvents(pool, after, limit),
    sealed: (position) => readSealed(pool, position),
    onCommitted: listeners.add,
    close: async () => {
      await batches.close();
      await connection.close();
    },
  };
};
