import type { AuditEntry } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import type { EntryFilter, EntryQuery, EntrySearch } from '../../ports/entry-search.ts';

type Queryable = Pick<Pool, 'query'>;
type EntryRow = Omit<AuditEntry, 'position'> & { readonly position: string };
type Condition = { readonly sql: (parameter: string) => string; readonly value: unknown };

const given = (value: unknown, sql: Condition['sql']): Condition[] => (value === undefined ? [] : [{ sql, value }]);
const escaped = (text: string): string => text.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);

const conditionsOf = ({ credentialId, person, consumer, from, to, text }: EntryFilter): Condition[] => [
  ...given(credentialId, (at) => `credential_id = ${at}::uuid`),
  ...given(person, (at) => `(actor_id = ${at} OR actor_name = ${at})`),
  ...given(consumer, (at) => `consumer = ${at}`),
  ...given(from, (at) => `at COLLATE "C" >= ${at}`),
  ...given(to, (at) => `at COLLATE "C" < ${at}`),
  ...given(text && `%${escaped(text)}%`, (at) => `search LIKE ${at}`),
];

const ENTRY = `position, at, type, who, credential_id AS "credentialId", address, from_ip AS "from", summary, verdict,
         correlation_id AS "correlationId", epoch`;

const pageSql = (columns: string, conditions: readonly string[]): string => `
  SELECT ${columns} FROM entries
   WHERE generation = (SELECT generation FROM checkpoint WHERE state = 'served')${conditions.map((sql) => ` AND ${sql}`).join('')}
   ORDER BY position DESC LIMIT $1`;

/** Constants are written out, so that the planner sees which partial index they fit. */
const ofTypes = (types: readonly string[]): string => `type IN (${types.map((type) => `'${type.replaceAll("'", "''")}'`).join(', ')})`;

const read = async <Row extends object>(pool: Queryable, columns: string, query: EntryQuery, fixed: readonly string[]): Promise<Row[]> => {
  const conditions = [...conditionsOf(query), ...given(query.before, (at) => `position < ${at}`)];
  const sql = pageSql(columns, [...fixed, ...conditions.map((condition, index) => condition.sql(`$${index + 2}`))]);
  return (await pool.query<Row>(sql, [query.limit, ...conditions.map(({ value }) => value)])).rows;
};

export const postgresEntrySearch = (pool: Queryable): EntrySearch => ({
  entries: async (query) => {
    const rows = await read<EntryRow>(pool, ENTRY, query, []);
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  },
  recorded: async ({ types, ...query }) => {
    const rows = await read<{ recorded: string }>(pool, 'recorded', query, [ofTypes(types)]);
    return rows.map(({ recorded }) => recorded);
  },
});
