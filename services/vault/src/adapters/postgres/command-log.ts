import type { Pool } from 'pg';
import type { Sensitive } from '@keyturn/kernel';
import { type Logger, noTracer, type Tracer } from '@keyturn/telemetry';
import type { CommandLog, Fold, Verdict } from '../../ports/command-log.ts';
import { LogUnavailable } from '../../ports/log-unavailable.ts';
import { commitListeners } from '../commit-listeners.ts';
import { appendBatch } from './append-batch.ts';
import { APPEND_TIMEOUTS, appendConnection, type AppendTimeouts, readOnClient } from './append-connection.ts';
import { groupCommit } from './group-commit.ts';
import { logUpkeep } from './log-upkeep.ts';
import { metStreams } from './met-streams.ts';
import { readEvents, readSealed } from './read-events.ts';
import { readTogether } from './read-together.ts';
import { recentEvents } from './recent-events.ts';
import { standing } from './standing.ts';
import { stateCache } from './state-cache.ts';
import { stateReader } from './state-reader.ts';
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

/** About what commits while the relay publishes one window. */
const RECENT_EVENTS = 4_096;

const full = (): Error => new LogUnavailable(new Error('too many commands are waiting, or the log is closing'));

/** The event log in Postgres (design §3): one append lock, group commit, one hash chain. Connects at the first command. */
export const postgresCommandLog = (options: PostgresCommandLogOptions): PostgresCommandLog => {
  const { pool, logger, tracer = noTracer, timeouts = APPEND_TIMEOUTS, cachedStreams = 10_000 } = options;
  const cache = stateCache(cachedStreams);
  const known = standing(metStreams({ cache, capacity: 4 * cachedStreams }));
  const recent = recentEvents(RECENT_EVENTS);
  /** A server that is found anew may have lost what it had not yet copied: nothing that is remembered outlives the connection. */
  const forget = (): void => {
    cache.clear();
    known.forget();
    recent.clear();
  };
  const connection = appendConnection(options.url, timeouts, { name: 'keyturn-append', opened: forget });
  const reading = appendConnection(options.url, timeouts, { name: 'keyturn-read' });
  const read = (after: number, limit: number) => readOnClient(reading, (client) => readEvents(client, after, limit));
  const sealedOf = (positions: readonly number[]) => readOnClient(reading, (client) => readSealed(client, positions));
  const states = stateReader({ connection: reading, cache, standing: known, full });
  const listeners = commitListeners(logger);
  const upkeep = logUpkeep(pool, logger);
  const batches = groupCommit<TracedEntry, Verdict>({
    size: options.batchSize ?? 256,
    queued: 16_384,
    full,
    write: tracedBatch(
      tracer,
      appendBatch({
        connection,
        cache,
        standing: known,
        logger,
        tracer,
        committed: (events) => {
          recent.add(events);
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
    state: async <State>(fold: Fold<State>, stream: string) => (await states.read(fold, stream)) as State,
    recall: async <State>(fold: Fold<State>, stream: string) => {
      const held = cache.latest(fold, stream);
      return (held && held.version > 0 ? held.state : await states.read(fold, stream)) as State;
    },
    read,
    follow: async (after, limit) => recent.after(after, limit) ?? read(after, limit),
    sealed: readTogether({ one: async (position: number) => (await sealedOf([position]))[0] ?? null, many: sealedOf }),
    onCommitted: (listener) => listeners.add(listener),
    close: async () => {
      await batches.close();
      await states.close();
      await reading.close();
      await connection.close();
    },
  };
};
