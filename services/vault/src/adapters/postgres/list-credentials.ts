import { type CredentialPage, type CredentialSort, CredentialSummary, type ListCredentials } from '@keyturn/contracts/queries';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import type { Pool } from 'pg';
import { z } from 'zod';

/** Counted exactly up to here: beyond, nobody pages by hand, and a count must not cost more than the page. */
const COUNTED = 10_000;
/** So many rows are gathered and sorted in some 10 ms; more of them lie so close that a walk soon has a page of them. */
const GATHERED = 20_000;

/** Columns that hold no null: what has no value sorts last. Each has an index with the address behind it. */
const COLUMNS: Readonly<Record<CredentialSort, string>> = {
  address: 'address',
  service: 'service',
  name: 'name',
  type: 'credential_type',
  updated: 'changed_at',
  created: 'created_at',
  expires: 'expires_at',
  rotated: 'rotated_at',
  owner: 'owner',
};

/** Constants are written out, so that the planner sees which partial index they fit. */
type Condition = { readonly sql: (parameter: string) => string; readonly value?: unknown };

/** Trigrams need three signs; fewer are taken for a whole name, which an ordinary index finds. */
const TRIGRAM = 3;

const isWord = (search: string | undefined): boolean => search !== undefined && search.length >= TRIGRAM;

const escaped = (search: string): string => search.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);

const given = (value: unknown, sql: Condition['sql']): Condition[] => (value === undefined || value === '' ? [] : [{ sql, value }]);

/** Beside a tag or an owner few rows are left to look through, and the trigrams of a common word would cost more than they spare. */
const searched = ({ search, tag, owner }: ListCredentials): Condition[] => {
  if (search === undefined || search === '') return [];
  return isWord(search)
    ? given(`%${escaped(search)}%`, (at) => (tag === undefined && owner === undefined ? `search LIKE ${at}` : `(search || '') LIKE ${at}`))
    : given(search.toLowerCase(), (at) => `(service = ${at} OR name = ${at})`);
};

const flag = (wanted: boolean | undefined, column: string): Condition[] =>
  wanted === undefined ? [] : [{ sql: () => (wanted ? column : `NOT ${column}`) }];

/** A person's own, and what was imported for the ids that they had in an older system. */
const inPersonsScopes = (at: string): string =>
  `scope IN (SELECT ${at}::text UNION ALL SELECT legacy_scope FROM legacy_users l WHERE l.scope = ${at})`;

/** What a credential must pass; rows that were written before there were other states say `registered`. Each has one parameter at most. */
const conditionsOf = (asked: ListCredentials): Condition[] => [
  ...searched(asked),
  ...given(asked.scope, (at) => (asked.scope === SYSTEM_SCOPE ? `scope = ${at}` : inPersonsScopes(at))),
  ...given(asked.service, (at) => `service = ${at}`),
  ...given(asked.credentialType, (at) => `credential_type = ${at}`),
  ...given(asked.status, (at) => (asked.status === 'active' ? `status IN (${at}, 'registered')` : `status = ${at}`)),
  ...given(asked.tag, (at) => `tags @> to_jsonb(ARRAY[${at}::text])`),
  ...given(asked.owner, (at) => `owner = ${at}`),
  ...flag(asked.isDefault, 'is_default'),
  ...flag(asked.untested, 'is_untested'),
  ...given(asked.expiresBefore && new Date(asked.expiresBefore).toISOString(), (at) => `expires_at < ${at}`),
];

const Cursor = z.tuple([z.string(), z.string()]);

const readCursor = (cursor: string | undefined): z.infer<typeof Cursor> | null => {
  if (cursor === undefined || cursor === '') return null;
  try {
    return Cursor.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))).data ?? null;
  } catch {
    return null; // not one of ours: the first page
  }
};

const writeCursor = (last: { key: string; address: string }): string =>
  Buffer.from(JSON.stringify([last.key, last.address])).toString('base64url');

const whereOf = (parts: readonly string[]): string => (parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`);

/** The conditions as SQL, and the values of their parameters. */
const bind = (conditions: readonly Condition[]): { parts: string[]; values: unknown[] } => {
  const values: unknown[] = [];
  const parts = conditions.map(({ sql, value }) => sql(value === undefined ? '' : `$${values.push(value)}`));
  return { parts, values };
};

type Row = { readonly key: string; readonly address: string; readonly is_default: boolean; readonly body: object };

type Paging = {
  readonly column: string;
  readonly direction: 'ASC' | 'DESC';
  readonly limit: number;
  readonly after: readonly string[] | null;
};

const pagingOf = ({ sort, order, limit, cursor }: ListCredentials): Paging => ({
  column: COLUMNS[sort],
  direction: order === 'desc' ? 'DESC' : 'ASC',
  limit: limit + 1,
  after: readCursor(cursor),
});

/** The rows behind the cursor, in a relation that has the sorted column as `key`. Adds its parameters to `values`. */
const behind = ({ direction, after }: Paging, key: string, values: unknown[]): string[] => {
  if (!after) return [];
  values.push(...after);
  return [`(${key}, address) ${direction === 'DESC' ? '<' : '>'} ($${values.length - 1}, $${values.length})`];
};

/** Walks the column's index and passes over what doesn't fit: at once where most rows do, or where nothing is asked. */
const walk = async (pool: Pool, paging: Paging, conditions: readonly Condition[]): Promise<readonly Row[]> => {
  const { column, direction, limit } = paging;
  const { parts, values } = bind(conditions);
  const where = whereOf([...parts, ...behind(paging, column, values)]);
  const { rows } = await pool.query<Row>(
    `SELECT ${column} AS key, address, is_default, body FROM credentials ${where}
     ORDER BY ${column} ${direction}, address ${direction} LIMIT $${values.push(limit)}`,
    values,
  );
  return rows;
};

const count = async (pool: Pool, conditions: readonly Condition[]): Promise<number> => {
  const { parts, values } = bind(conditions);
  const { rows } = await pool.query<{ total: number }>(
    `SELECT count(*)::int AS total FROM (SELECT 1 FROM credentials ${whereOf(parts)} LIMIT ${COUNTED + 1}) counted`,
    values,
  );
  return rows[0]?.total ?? 0;
};

type Found = { readonly rows: readonly Row[]; readonly total: number };

/**
 * Gathers what fits first, in one reading that counts it too, and sorts it: where few rows fit, a walk might pass over all the others before
 * it meets them. Beyond `most` it stops, and answers no rows.
 */
const gather = async (pool: Pool, paging: Paging, conditions: readonly Condition[], most: number): Promise<Found> => {
  const { column, direction, limit } = paging;
  const { parts, values } = bind(conditions);
  const { rows } = await pool.query<{ total: number } & (Row | { readonly key: null })>(
    `WITH hits AS MATERIALIZED (SELECT ${column} AS key, address FROM credentials ${whereOf(parts)} LIMIT ${most + 1}),
          counted AS (SELECT count(*)::int AS total FROM hits),
          page AS (SELECT key, address FROM hits ${whereOf([`(SELECT total FROM counted) <= ${most}`, ...behind(paging, 'key', values)])}
                   ORDER BY key ${direction}, address ${direction} LIMIT $${values.push(limit)})
     SELECT t.total, p.key, p.address, c.is_default, c.body FROM counted t LEFT JOIN (page p JOIN credentials c USING (address)) ON true
     ORDER BY p.key ${direction}, p.address ${direction}`,
    values,
  );
  return { total: rows[0]?.total ?? 0, rows: rows.filter((row) => row.key !== null) };
};

/** How many a search finds decides how its page is read. */
const find = async (pool: Pool, asked: ListCredentials, conditions: readonly Condition[], most: number): Promise<Found> => {
  const paging = pagingOf(asked);
  if (isWord(asked.search)) {
    const found = await gather(pool, paging, conditions, most);
    return found.total > most ? { total: found.total, rows: await walk(pool, paging, conditions) } : found;
  }
  const [rows, total] = await Promise.all([walk(pool, paging, conditions), count(pool, conditions)]);
  return { rows, total };
};

const Summaries = z.array(CredentialSummary);

/** A page of credentials by any column, filtered by any other: keyset paging, so the thousandth page costs what the first does. */
export const listCredentials = async (pool: Pool, asked: ListCredentials, { gathered = GATHERED } = {}): Promise<CredentialPage> => {
  const conditions = conditionsOf(asked);
  const { rows, total } = await find(pool, asked, conditions, gathered);
  const page = rows.slice(0, asked.limit);
  const last = page.at(-1);
  return {
    items: Summaries.parse(page.map(({ body, is_default }) => ({ ...body, isDefault: is_default }))),
    nextCursor: rows.length > asked.limit && last ? writeCursor(last) : null,
    total: Math.min(total, COUNTED),
    totalIsAtLeast: total > COUNTED,
  };
};
