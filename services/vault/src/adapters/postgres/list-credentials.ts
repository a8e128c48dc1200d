import { type CredentialPage, type CredentialSort, CredentialSummary, type ListCredentials } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import { z } from 'zod';
import { COUNTED, countTogether } from './count-credentials.ts';
import { type Place, readCursor, writeCursor } from '../../ports/list-cursor.ts';
import { bind, conditionsOf, isWord, type Reading, readingOf, whereOf } from './credential-conditions.ts';

/** So many rows are gathered and sorted in some 10 ms; more of them lie so close that a walk soon has a page of them. */
const GATHERED = 20_000;

/** A column that a list is sorted by, the address behind it, and the table beside the wide one that has both where it hasn't. */
type Sorting = { readonly column: string; readonly tie: string; readonly beside?: 'credential_upkeep' };
const listedBy = (column: string): Sorting => ({ column, tie: 'address' });

/** Columns that hold no null: what has no value sorts last. Each has an index with the address behind it. */
const SORTINGS: Readonly<Record<CredentialSort, Sorting>> = {
  address: listedBy('address'),
  service: listedBy('service'),
  name: listedBy('name'),
  type: listedBy('credential_type'),
  status: listedBy('status'),
  version: listedBy('version_key'),
  generation: listedBy('generation_key'),
  // Each change moves it: in the wide table each would then have to be written into all of its indexes.
  updated: { column: 'changed_at', tie: 'listed_as', beside: 'credential_upkeep' },
  created: listedBy('created_at'),
  expires: listedBy('expires_at'),
  rotated: listedBy('rotated_at'),
  owner: listedBy('owner'),
};

type Row = { readonly key: string; readonly address: string; readonly is_default: boolean; readonly body: object };

type Paging = Sorting & {
  readonly direction: 'ASC' | 'DESC';
  readonly limit: number;
  readonly after: Place | null;
};

const pagingOf = (asked: ListCredentials): Paging => {
  const { sort, order, limit } = asked;
  const after = readCursor(asked);
  if (!after.ok) throw new Error('a cursor that is not ours was let through');
  return { ...SORTINGS[sort], direction: order === 'desc' ? 'DESC' : 'ASC', limit: limit + 1, after: after.value };
};

/** The rows behind the cursor, by the two columns that are sorted by. Adds its parameters to `values`. */
const behind = ({ direction, after }: Paging, key: string, values: unknown[]): string[] => {
  if (!after) return [];
  values.push(after.key, after.address);
  return [`(${key}) ${direction === 'DESC' ? '<' : '>'} ($${values.length - 1}, $${values.length})`];
};

/** Walks the column's index and passes over what doesn't fit: at once where most rows do, or where nothing is asked. */
const walk = async (pool: Pool, asked: ListCredentials): Promise<readonly Row[]> => {
  const paging = pagingOf(asked);
  const { column, beside, tie, direction, limit } = paging;
  const from = beside ? `${beside} JOIN credentials USING (credential_id)` : 'credentials';
  const values: unknown[] = [];
  const parts = bind(conditionsOf(asked), values);
  const where = whereOf([...parts, ...behind(paging, `${column}, ${tie}`, values)]);
  const { rows } = await pool.query<Row>(
    `SELECT ${column} AS key, address, is_default, credentials.body FROM ${from} ${where}
     ORDER BY ${column} ${direction}, ${tie} ${direction} LIMIT $${values.push(limit)}`,
    values,
  );
  return rows;
};

type Found = { readonly rows: readonly Row[]; readonly total: number };

/** What is noted of each hit beside its address, and where its key is found: by the address, where it isn't among what was read. */
const keyOf = ({ column, beside, tie }: Paging, { isWide }: Reading): { readonly noted: string; readonly keyed: string } => {
  if (column === 'address' || (isWide && !beside)) return { noted: `${column} AS key`, keyed: 'hits' };
  const table = beside ?? 'credentials';
  return {
    noted: 'NULL',
    keyed: `(SELECT ${column} AS key, hits.address FROM hits JOIN ${table} ON ${table}.${tie} = hits.address) keyed`,
  };
};

/**
 * Gathers what fits first, in one reading that counts it too, and sorts it: where few rows fit, a walk might pass over all the others before
 * it meets them. Beyond `most` it stops, and answers no rows.
 */
const gather = async (pool: Pool, asked: ListCredentials, most: number): Promise<Found> => {
  const paging = pagingOf(asked);
  const { direction, limit } = paging;
  const values: unknown[] = [];
  const reading = readingOf(asked, values);
  const { noted, keyed } = keyOf(paging, reading);
  const { rows } = await pool.query<{ total: number } & (Row | { readonly key: null })>(
    `WITH hits AS MATERIALIZED (SELECT ${noted}, address FROM ${reading.sql} LIMIT ${most + 1}),
          counted AS (SELECT count(*)::int AS total FROM hits),
          page AS (SELECT key, address FROM ${keyed} ${whereOf([`(SELECT total FROM counted) <= ${most}`, ...behind(paging, 'key, address', values)])}
                   ORDER BY key ${direction}, address ${direction} LIMIT $${values.push(limit)})
     SELECT t.total, p.key, p.address, c.is_default, c.body FROM counted t LEFT JOIN (page p JOIN credentials c USING (address)) ON true
     ORDER BY p.key ${direction}, p.address ${direction}`,
    values,
  );
  return { total: rows[0]?.total ?? 0, rows: rows.filter((row) => row.key !== null) };
};

/** How many a search finds decides how its page is read. */
const find = async (pool: Pool, asked: ListCredentials, most: number): Promise<Found> => {
  if (isWord(asked.search)) {
    const found = await gather(pool, asked, most);
    return found.total > most ? { total: found.total, rows: await walk(pool, asked) } : found;
  }
  const [rows, [total = 0]] = await Promise.all([walk(pool, asked), countTogether(pool, [asked])]);
  return { rows, total };
};

const Summaries = z.array(CredentialSummary);

/** A page of credentials by any sortable column, filtered by any other: keyset paging, so the thousandth page costs what the first does. */
export const listCredentials = async (pool: Pool, asked: ListCredentials, { gathered = GATHERED } = {}): Promise<CredentialPage> => {
  const { rows, total } = await find(pool, asked, gathered);
  const page = rows.slice(0, asked.limit);
  const last = page.at(-1);
  return {
    items: Summaries.parse(page.map(({ body, is_default }) => ({ ...body, isDefault: is_default }))),
    nextCursor: rows.length > asked.limit && last ? writeCursor(asked, last) : null,
    total: Math.min(total, COUNTED),
    totalIsAtLeast: total > COUNTED,
  };
};
