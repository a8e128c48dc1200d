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
  `LISTEN ${LOG_CHANNEL}`,
].join(';');

/** A bell that keeps one ring for whoever comes to wait next. */
const bell = () => {
  const waiting = new Set<() => void>();
  let rung = false;
  return {
    ring: (): void => {
      rung = true;
      for (const wake of waiting) wake();
    },
    wait: async (ms: number): Promise<boolean> => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            waiting.delete(done);
            resolve();
          };
          const timer = setTimeout(done, ms);
          waiting.add(done);
        });
      }
      const heard = rung;
      // Silent before the caller reads: a commit from here on rings again.
      rung = false;
      return heard;
    },
  };
};

const termOn = (client: Client, stop: AbortSignal): Term => {
  const lost = new AbortController();
  const { ring, wait } = bell();
  const end = (): void => {
    lost.abort();
    ring();
  };
  client.on('error', end);
  client.on('end', end);
  client.on('notification', ring);
  stop.addEventListener('abort', ring);
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
    wake: async (ms) => (stop.aborted || lost.signal.aborted ? false : wait(ms)),
    resign: async () => {
      stop.removeEventListener('abort', ring);
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
