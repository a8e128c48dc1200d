import type { Sensitive } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { Client } from 'pg';
import type { WriterLock, WriterTerm } from '../../ports/writer-lock.ts';
import { waitFor } from '../../wait-for.ts';

const TRY = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held';
const TRY_AGAIN_MS = 1000;

/** A session's advisory lock on a connection of its own: it ends with the connection, so a dead holder frees it by itself. */
export const postgresWriterLock = (url: Sensitive<string>, log: Logger, of: 'projector' | 'rebuilder' = 'projector'): WriterLock => ({
  acquire: async (signal) => {
    while (!signal.aborted) {
      try {
        const term = await tryOnce(url, `keyturn audit ${of}`);
        if (term) return term;
      } catch (error) {
        log.warn('audit.lock-failed', { error });
      }
      await waitFor(TRY_AGAIN_MS, signal);
    }
    return null;
  },
});

const tryOnce = async (url: Sensitive<string>, name: string): Promise<WriterTerm | null> => {
  const client = new Client({
    connectionString: url.reveal(),
    application_name: 'keyturn-audit-writer',
    keepAlive: true,
    connectionTimeoutMillis: 5000,
  });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  await client.connect();
  const { rows } = await client.query<{ held: boolean }>(TRY, [name]);
  if (rows[0]?.held === true) return { lost: lost.signal, release: () => client.end() };
  await client.end();
  return null;
};
