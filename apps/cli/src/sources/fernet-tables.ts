import { type FernetKey, LEGACY_TABLES, type LegacyTable, legacyReference, readLegacyRow, type SourceItem } from '@keyturn/imports';
import type { Sensitive } from '@keyturn/kernel';
import type { Client } from 'pg';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { ImportSource, TakenAway } from '../import/import-source.ts';
import { inTransaction, openSourceDatabase, qualified } from './source-database.ts';

export type FernetTablesOptions = {
  readonly url: Sensitive<string> | null;
  readonly schema: string | undefined;
  readonly keys: readonly FernetKey[];
  readonly name: string | undefined;
  readonly issuer: string | null;
};

/** Rows read at once, and blanked in one transaction. */
const PAGE = 100;
const Rows = z.array(z.object({ row: z.looseObject({ id: z.int(), encrypted_value: z.unknown() }) }));
const Named = z.tuple([z.object({ name: z.string() })]);

/** The token of a row of the page that was read last, as it was read: what its blanking looks for. */
type Held = { readonly table: LegacyTable; readonly id: number; readonly token: string };
type Reading = Pick<FernetTablesOptions, 'schema' | 'keys'> & { readonly client: Client; readonly held: Map<string, Held> };

const tablesThere = async ({ client, schema }: Reading): Promise<readonly LegacyTable[]> => {
  const there: LegacyTable[] = [];
  for (const table of LEGACY_TABLES) {
    const { rowCount } = await client.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [qualified(table, schema)]);
    if (rowCount === 1) there.push(table);
  }
  return there;
};

const readPage = async ({ client, schema, keys, held }: Reading, table: LegacyTable, after: number) => {
  const page = `SELECT to_jsonb(t) AS row FROM ${qualified(table, schema)} t WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;
  const rows = Rows.parse((await client.query(page, [after])).rows);
  held.clear();
  for (const { row } of rows) {
    const { id, encrypted_value: token } = row;
    if (typeof token === 'string') held.set(legacyReference(table, id), { table, id, token });
  }
  return { items: rows.map(({ row }) => readLegacyRow(table, row, keys)), last: rows.at(-1)?.row.id };
};

const READ_ONLY = 'BEGIN READ ONLY';
const CANNOT_READ = 'The source tables can’t be read';
const BEFORE_ALL = -2_147_483_648;

/** Each page is a query of its own: an import takes long, and nobody's table is to be held up by it. */
async function* readPages(reading: Reading): AsyncGenerator<readonly SourceItem[]> {
  const { client } = reading;
  const there = await inTransaction(client, READ_ONLY, CANNOT_READ, () => tablesThere(reading));
  if (there.length === 0) throw new CliFailure('source', `The source database has none of the tables ${LEGACY_TABLES.join(', ')}.`);
  for (const table of there) {
    for (let after: number | undefined = BEFORE_ALL; after !== undefined;) {
      const from: number = after;
      const { items, last } = await inTransaction(client, READ_ONLY, CANNOT_READ, () => readPage(reading, table, from));
      if (items.length > 0) yield items;
      after = items.length < PAGE ? undefined : last;
    }
  }
}

/** By its id, which the table has an index for: a join with the tokens would read every value of the table for each page. */
const blankRow = async ({ client, schema, held }: Reading, reference: string): Promise<TakenAway> => {
  const row = held.get(reference);
  if (!row) return { reference, done: false };
  const statement = `UPDATE ${qualified(row.table, schema)} SET encrypted_value = '' WHERE id = $1 AND encrypted_value = $2`;
  const { rowCount } = await client.query(statement, [row.id, row.token]);
  if (rowCount === 1) return { reference, done: true };
  return { reference, done: false, sentence: 'Left in the source: the row was changed meanwhile.' };
};

const blankRows = async (reading: Reading, references: readonly string[]): Promise<TakenAway[]> => {
  const rows: TakenAway[] = [];
  for (const reference of references) rows.push(await blankRow(reading, reference));
  return rows;
};

/** The two tables of the older system, read page by page; a page is blanked in one transaction, each row by its old token. */
export const fernetTables = async ({ url, schema, keys, name, issuer }: FernetTablesOptions): Promise<ImportSource> => {
  const client = await openSourceDatabase(url);
  const reading: Reading = { client, schema, keys, held: new Map() };
  const [database] = Named.parse((await client.query('SELECT current_database() AS name')).rows);
  return {
    kind: 'fernet',
    name: name ?? database.name,
    issuer,
    pages: () => readPages(reading),
    retire: async (references) => ({
      rows: await inTransaction(client, 'BEGIN', 'The source tables can’t be blanked, and of this page nothing was', () =>
        blankRows(reading, references),
      ),
      next: [`Run VACUUM FULL on the tables in ${database.name}, and let its backups expire: they still hold the tokens.`],
    }),
    close: () => client.end().catch(() => undefined),
  };
};
