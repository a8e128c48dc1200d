import type { Counted, CredentialFilter } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import { readingOf } from './credential-conditions.ts';

/** Counted exactly up to here: beyond, nobody pages by hand, and a count must not cost more than the page. */
export const COUNTED = 10_000;

/** How many pass each of the filters, and one more than `COUNTED` where there are more; in one reading, in order. */
export const countTogether = async (pool: Pool, filters: readonly CredentialFilter[]): Promise<number[]> => {
  const values: unknown[] = [];
  const counts = filters.map(
    (filter) => `(SELECT count(*)::int FROM (SELECT 1 FROM ${readingOf(filter, values).sql} LIMIT ${COUNTED + 1}) counted)`,
  );
  const { rows } = await pool.query<{ counts: number[] }>(`SELECT ARRAY[${counts.join(', ')}]::int[] AS counts`, values);
  return rows[0]?.counts ?? [];
};

/** How many credentials pass each filter, in order. */
export const countCredentials = async (pool: Pool, filters: readonly CredentialFilter[]): Promise<readonly Counted[]> => {
  const counts = await countTogether(pool, filters);
  return counts.map((count) => ({ count: Math.min(count, COUNTED), atLeast: count > COUNTED }));
};
