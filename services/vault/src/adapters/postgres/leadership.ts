import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Sensitive } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import type { Leadership, Term } from '../../ports/leadership.ts';
import { LOG_CHANNEL } from './write-plan.ts';

export type LeadershipOptions = {
  readonly url: Sensitive<string>;
  /** What is led, e.g. `relay`. */
  readonly name: string;
  /** How often one that doesn't lead tries. */
  readonly retryMs: number;
  readonly logger: Logger;
};

/** The server notices within some 10 s that a leader's machine is gone, and gives the lock to the next one. */
const SETTINGS = [
  'SET tcp_keepalives_idle = 4',
  'SET tcp_keepalives_interval = 2',
  'SET tcp_keepalives_count = 3',
  'SET idle_session_timeout = 0',
].join(';');

/** Rung with positions of the log; it keeps the highest for whoever comes to wait next. */
const bell = () => {
  const waiting = new Set<() => void>();
  let highest = 0;
  return {
    /** Without a position it wakes everybody. */
    ring: (position = Infinity): void => {
      highest = Math.max(highest, position);
      for (const wake of waiting) wake();
    },
    wait: async (ms: number, beyond: number): Promise<boolean> => {
      if (highest <= beyond) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            waiting.delete(wake);
            resolve();
          };
          const wake = (): void => void (highest > beyond && done());
          const timer = setTimeout(done, ms);
          waiting.add(wake);
        });
      }
      const heard = highest > beyond;
      if (highest === Infinity) highest = 0;
      return heard;
    },
  };
};

/** Every commit says the position of its last event. */
const positionIn = (payload: string | undefined): number => {
  const position = Number(payload ?? '');
  return Number.isSafeInteger(position) && position > 0 ? position : Infinity;
};

const termOn = (client: Client, stop: AbortSignal): Term => {
  const lost = new AbortController();
  const { ring, wait } = bell();
  const end = (): void => {
    lost.abort();
    ring();
  };
  const wakeForStop = (): void => ring();
  let listening: Promise<unknown> | null = null;
  client.on('error', end);
  client.on('end', end);
  client.on('notification', ({ payload }) => ring(positionIn(payload)));
  stop.addEventListener('abort', wakeForStop);
  return {
    lost: lost.signal,
    confirm: async () => {
      // The lock is the session's: it is held as long as the session answers.
      const alive = await client.query('SELECT 1').then(
        () => true,
        () => false,
      );
      if (!alive) end();
      return alive && !lost.signal.aborted;
    },
    wake: async (ms, beyond) => {
      if (stop.aborted || lost.signal.aborted) return false;
      if (listening) return wait(ms, beyond);
      // Only who waits is told of every commit. What was committed before is not told any more.
      listening = client.query(`LISTEN ${LOG_CHANNEL}`).catch(end);
      await listening;
      return !lost.signal.aborted;
    },
    resign: async () => {
      stop.removeEventListener('abort', wakeForStop);
      end();
      await client.end().catch(() => undefined);
    },
  };
};

/** Leads by a session lock on a connection of its own: who loses the connection, loses the lead. Commits wake the leader by NOTIFY. */
export const postgresLeadership = ({ url, name, retryMs, logger }: LeadershipOptions): Leadership => {
  const candidate = async (): Promise<Client> => {
    const client = new Client({
      connectionString: url.reveal(),
      application_name: `keyturn-${name}`,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  const tryToLead = async (client: Client, stop: AbortSignal): Promise<Term | null> => {
    const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [
      `keyturn ${name}`,
    ]);
    if (!rows[0]?.got) return null;
    const term = termOn(client, stop);
    await client.query(SETTINGS);
    return term;
  };

  const stand = async (stop: AbortSignal): Promise<Term | null> => {
    const client = await candidate();
    try {
      while (!stop.aborted) {
        const term = await tryToLead(client, stop);
        if (term) return term;
        await pause(retryMs, undefined, { signal: stop }).catch(() => undefined);
      }
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    await client.end();
    return null;
  };

  return {
    acquire: async (stop) => {
      while (!stop.aborted) {
        try {
          return await stand(stop);
        } catch (error) {
          logger.warn('leadership.not-asked', { name, error });
          await pause(retryMs, undefined, { signal: stop }).catch(() => undefined);
        }
      }
      return null;
    },
  };
};
