import type { Sensitive } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { Pool } from 'pg';

const STATEMENT_TIMEOUT_MS = 10_000;
/** Above the server's own limit: it catches a connection at whose other end nobody is. */
const QUERY_TIMEOUT_MS = 12_000;

/** A pool for `pool.query` only: no client is ever checked out, so none can be left behind. */
export const openPool = (url: Sensitive<string>, log: Logger): Pool => {
  const pool = new Pool({
    connectionString: url.reveal(),
    application_name: 'keyturn-audit',
    max: 5,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  pool.on('error', (error) => log.warn('postgres.connection-lost', { error }));
  return pool;
};
