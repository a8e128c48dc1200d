import { Pool } from 'pg';
import type { Sensitive } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';

/** A pool for reads and small writes as the service role. A broken client is logged and dropped, whether it is checked out or idle. */
export const vaultPool = (options: { readonly url: Sensitive<string>; readonly logger: Logger; readonly max?: number }): Pool => {
  const pool = new Pool({
    connectionString: options.url.reveal(),
    application_name: 'keyturn-vault',
    max: options.max ?? 10,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: 12_000,
  });
  const report = (error: Error): void => options.logger.warn('database.connection-lost', { error });
  // Idle clients report to the pool, checked-out ones only to themselves.
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));
  return pool;
};
