import { setTimeout as pause } from 'node:timers/promises';
import type { DatabasePasswordFields } from '@keyturn/contracts';
import type { Recipe } from '@keyturn/sdk';
import type { Logger } from '@keyturn/telemetry';
import { Client, Pool, type ClientConfig } from 'pg';

/** A pool, and how many of its connections are open: `end()` comes back before their sockets are closed. */
export type OrdersPool = { readonly pool: Pool; readonly open: () => number };

const TIMEOUT_MS = 5_000;

const sslOf = ({ sslmode, sslrootcert: ca }: DatabasePasswordFields): ClientConfig['ssl'] => {
  if (sslmode === 'verify-full') return ca === undefined ? true : { ca };
  if (sslmode === 'verify-ca') return { ...(ca !== undefined && { ca }), checkServerIdentity: () => undefined };
  return sslmode === 'require' ? { rejectUnauthorized: false } : false;
};

/** All of a connection's settings from one version's fields: the user and the password can't come from two. */
export const clientConfig = (fields: DatabasePasswordFields): ClientConfig => ({
  host: fields.host,
  port: Number(fields.port),
  database: fields.database,
  user: fields.username,
  password: fields.password,
  ssl: sslOf(fields),
  application_name: 'orders',
  connectionTimeoutMillis: TIMEOUT_MS,
  query_timeout: TIMEOUT_MS,
  statement_timeout: TIMEOUT_MS,
  keepAlive: true,
});

/** How the pool follows the secret. `onConnect` hears of each login that the pool makes. */
export const poolRecipe = (deps: { size: number; log: Logger; onConnect: () => void }): Recipe<OrdersPool, DatabasePasswordFields> => ({
  build: (fields) => {
    // A connection is replaced after 50 uses, so the pool logs in anew all the time too.
    const pool = new Pool({ ...clientConfig(fields), max: deps.size, maxUses: 50 });
    let open = 0;
    pool.on('connect', (client) => {
      open += 1;
      deps.onConnect();
      // Without a listener a connection that breaks while it is checked out would end the process.
      client.on('error', (error) => deps.log.warn('orders.connection-broke', { code: 'code' in error ? error.code : error.name }));
    });
    pool.on('remove', () => void (open -= 1));
    pool.on('error', () => undefined); // said by the client's own listener
    return { pool, open: () => open };
  },
  probe: async ({ pool }) => void (await pool.query('SELECT 1')),
  drain: async ({ pool, open }) => {
    await pool.end();
    for (const until = performance.now() + TIMEOUT_MS; open() > 0 && performance.now() < until;) await pause(5);
  },
});

/** Logs in with a connection of its own, asks something, and leaves. */
export const logInAnew = async (fields: DatabasePasswordFields): Promise<void> => {
  const client = new Client(clientConfig(fields));
  client.on('error', () => undefined); // the query that it breaks rejects
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
};
