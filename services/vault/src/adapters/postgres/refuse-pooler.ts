import { Client } from 'pg';
import type { Sensitive } from '@keyturn/kernel';

/** One connection as this looks at it: which server process serves each of its transactions. */
export type Session = {
  begin(): Promise<number>;
  commit(): Promise<void>;
  end(): Promise<void>;
};

const openSession = async (url: Sensitive<string>): Promise<Session> => {
  const client = new Client({
    connectionString: url.reveal(),
    application_name: 'keyturn-probe',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  return {
    begin: async () => {
      await client.query('BEGIN');
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      return rows[0]?.pid ?? 0;
    },
    commit: async () => {
      await client.query('COMMIT');
    },
    end: () => client.end(),
  };
};

/**
 * Do the sessions keep their server process from one transaction to the next? Two are interleaved: a pooler that hands a server to whoever
 * begins next must swap them in one of the two orders of ending, whether it reuses the last one first or the first one first.
 */
const keepTheirServers = async (one: Session, two: Session): Promise<boolean> => {
  const first = [await one.begin(), await two.begin()];
  await one.commit();
  await two.commit();
  const second = [await one.begin(), await two.begin()];
  await two.commit();
  await one.commit();
  const third = [await one.begin(), await two.begin()];
  await one.commit();
  await two.commit();
  return [second, third].every((pids) => pids.every((pid, index) => pid === first[index]));
};

const SENTENCE =
  'The vault’s database URL leads to a pooler in transaction mode, where locks and LISTEN do not last: point it at Postgres itself, or at a pooler in session mode.';

/** Throws one sentence if a session does not last as long as its connection. Locks, LISTEN and prepared statements depend on that. */
export const refusePooler = async (
  url: Sensitive<string>,
  open: (url: Sensitive<string>) => Promise<Session> = openSession,
): Promise<void> => {
  const sessions = await Promise.all([open(url), open(url)]);
  try {
    if (!(await keepTheirServers(sessions[0], sessions[1]))) throw new Error(SENTENCE);
  } finally {
    await Promise.allSettled(sessions.map((session) => session.end()));
  }
};
