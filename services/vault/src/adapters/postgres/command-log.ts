import type { Pool } from 'pg';
import type { Sensitive } from '@keyturn/kernel';
import { type Logger, noTracer, type Tracer } from '@keyturn/telemetry';
import { evolveHeld } from '../../log/plan-batch.ts';
import type { CommandLog, Fold, Verdict } from '../../ports/command-log.ts';
import { LogUnavailable } from '../../ports/log-unavailable.ts';
import { commitListeners } from '../commit-listeners.ts';
import { appendBatch } from './append-batch.ts';
import { APPEND_TIMEOUTS, appendConnection, type AppendTimeouts } from './append-connection.ts';
import { companions } from './companions.ts';
import { groupCommit } from './group-commit.ts';
import { logUpkeep } from './log-upkeep.ts';
import { readEvents, readSealed, readStream } from './read-events.ts';
import { type StateCache, stateCache } from './state-cache.ts';
import { tracedBatch, type TracedEntry } from './traced-batch.ts';

export type PostgresCommandLog = CommandLog & { close(): Promise<void> };

export type PostgresCommandLogOptions = {
  /** Of the service role. Appends have a connection of their own, so it must lead to Postgres itself or a pooler in session mode. */
  readonly url: Sensitive<string>;
  /** For reads, as the service role. */
  readonly pool: Pool;
  readonly logger: Logger;
  readonly tracer?: Tracer;
  readonly timeouts?: AppendTimeouts;
  readonly batchSize?: number;
  readonly cachedStreams?: number;
};

const readState = async <State>(pool: Pool, cache: StateCache, fold: Fold<State>, stream: string): Promise<State> => {
  if (fold.undecided) return fold.initial;
  const held = cache.latest(fold, stream) ?? { version: 0, position: 0, state: fold.initial };
  const now = evolveHeld(fold, held, await readStream(pool, stream, held.version));
  if (now.version > (cache.latest(fold, stream)?.version ?? 0)) cache.put(fold, stream, now);
  return now.state as State;
};

/** The event log in Postgres (design §3): one append lock, group commit, one hash chain. Connects at the first command. */
export const postgresCommandLog = (options: PostgresCommandLogOptions): PostgresCommandLog => {
  const { pool, logger, tracer = noTracer } = options;
  const connection = appendConnection(options.url, options.timeouts ?? APPEND_TIMEOUTS);
  const cache = stateCache(options.cachedStreams ?? 10_000);
  const listeners = commitListeners(logger);
  const upkeep = logUpkeep(pool, logger);
  const batches = groupCommit<TracedEntry, Verdict>({
    size: options.batchSize ?? 256,
    queued: 16_384,
    full: () => new LogUnavailable(new Error('too many commands are waiting, or the log is closing')),
    write: tracedBatch(
      tracer,
      appendBatch({
        connection,
        cache,
        companions: companions(options.cachedStreams ?? 10_000),
        logger,
        tracer,
        committed: (events) => {
          listeners.tell(events);
          upkeep(events);
        },
      }),
    ),
  });

  return {
    submit: (fold, job) =>
      tracer.continue('log.submit', { attributes: { 'keyturn.command': job.commandId, 'keyturn.stream': job.stream } }, ({ trace }) =>
        batches.submit({ fold, job, trace }),
      ),
    state: (fold, stream) => readState(pool, cache, fold, stream),
    read: (after, limit) => readEvents(pool, after, limit),
    sealed: (position) => readSealed(pool, position),
    onCommitted: (listener) => listeners.add(listener),
    close: async () => {
      await batches.close();
      await connection.close();
    },
  };
};
