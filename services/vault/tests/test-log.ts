import { inject } from 'vitest';
import { Client, Pool } from 'pg';
import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { postgresCommandLog, type PostgresCommandLog, type PostgresCommandLogOptions } from '../src/adapters/postgres/command-log.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { vaultPool } from '../src/adapters/postgres/vault-pool.ts';

let made = 0;

export type TestLog = {
  /** A superuser's URL of the database. */
  readonly ownerUrl: string;
  /** The service role's URL. */
  readonly url: Sensitive<string>;
  readonly role: string;
  readonly pool: Pool;
  /** Another log on the same database: what a second replica has. */
  openLog(options?: Partial<PostgresCommandLogOptions>): PostgresCommandLog;
  /** Runs SQL as the superuser. */
  sql<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A superuser's own connection, closed with the database. */
  session(): Promise<Client>;
  dispose(): Promise<void>;
};

const urlOf = (base: string, change: (url: URL) => void): string => {
  const url = new URL(base);
  change(url);
  return url.href;
};

const connect = async (connectionString: string): Promise<Client> => {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/**
 * A migrated database of its own, with a service role of its own: roles belong to the whole server. `base`: a superuser's URL of it. One
 * that `isBare` is as somebody makes it for a vault: nothing in it, and no role.
 */
export const testLog = async (base = inject('postgresUrl'), { isBare = false } = {}): Promise<TestLog> => {
  const name = `vault_${process.pid}_${process.env['VITEST_POOL_ID'] ?? 0}_${++made}_${Math.random().toString(36).slice(2, 8)}`;
  const admin = await connect(base);
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const ownerUrl = urlOf(base, (url) => {
    url.pathname = `/${name}`;
  });
  if (!isBare) await migrate({ ownerUrl: new Sensitive(ownerUrl), service: { name, password: new Sensitive('service') } });
  const url = new Sensitive(
    urlOf(ownerUrl, (each) => {
      each.username = name;
      each.password = 'service';
    }),
  );
  const pool = vaultPool({ url, logger: silentLogger, max: 4 });
  // A pool of one: a client takes no second query while it runs one, and pg 9 will refuse it.
  const owner = new Pool({ connectionString: ownerUrl, max: 1 });
  owner.on('error', () => undefined);
  const logs: PostgresCommandLog[] = [];
  const sessions: Client[] = [];
  return {
    ownerUrl,
    url,
    role: name,
    pool,
    openLog: (options = {}) => {
      const log = postgresCommandLog({ url, pool, logger: silentLogger, ...options });
      logs.push(log);
      return log;
    },
    sql: async (text, values) => (await owner.query(text, values)).rows,
    session: async () => {
      const session = await connect(ownerUrl);
      sessions.push(session);
      return session;
    },
    dispose: async () => {
      await Promise.all(logs.map((log) => log.close()));
      await Promise.all(sessions.map((session) => session.end().catch(() => undefined)));
      await pool.end();
      await owner.end();
      const remover = await connect(base); // the server may have gone and come back meanwhile
      await remover.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await remover.query(`DROP ROLE IF EXISTS ${name}`);
      await remover.end();
    },
  };
};
