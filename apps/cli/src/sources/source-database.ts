import { type LegacyTable } from '@keyturn/imports';
import type { Sensitive } from '@keyturn/kernel';
import { Client, type ClientConfig, DatabaseError, escapeIdentifier } from 'pg';
import { CliFailure } from '../cli-failure.ts';

/** Its SQLSTATE, or the socket's error, and nothing that the server wrote: that may quote what it was given. */
const asFailure = (what: string, fault: unknown): CliFailure => {
  if (fault instanceof CliFailure) return fault;
  const code = fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : 'unknown';
  return new CliFailure(fault instanceof DatabaseError ? 'source' : 'unreachable', `${what} (${code}).`, { cause: fault });
};

/** Opens the database of the older system; null: as the `PG*` variables say. */
export const openSourceDatabase = async (url: Sensitive<string> | null): Promise<Client> => {
  const settings: ClientConfig = { connectionTimeoutMillis: 10_000, statement_timeout: 60_000, application_name: 'keyturn-import' };
  try {
    const client = new Client({ ...settings, ...(url === null ? {} : { connectionString: url.reveal() }) });
    client.on('error', () => undefined); // the next query says so
    await client.connect();
    return client;
  } catch (cause) {
    throw asFailure('The source database can’t be opened', cause);
  }
};

/** Runs the work in one transaction. A fault rolls it back, and becomes a sentence that begins with `what`. */
export const inTransaction = async <T>(client: Client, begin: string, what: string, work: () => Promise<T>): Promise<T> => {
  try {
    await client.query(begin);
    const done = await work();
    await client.query('COMMIT');
    return done;
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw asFailure(what, cause);
  }
};

export const qualified = (table: LegacyTable, schema: string | undefined): string =>
  schema === undefined ? escapeIdentifier(table) : `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
