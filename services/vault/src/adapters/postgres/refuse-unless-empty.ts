import type { Client } from 'pg';
import { BackupUnfit } from '../../backup/backup-unfit.ts';
import { SERVICE_TABLES } from './service-role.ts';

const MIGRATIONS = 'migrations';
/** One row each, and what a migrated database holds before it is used. */
const ALWAYS_FILLED: ReadonlySet<string> = new Set([MIGRATIONS, 'incarnation']);
const OURS: ReadonlySet<string> = new Set([MIGRATIONS, ...SERVICE_TABLES]);
/** Named in the refusal. */
const NAMED = 5;

/** Tables and views, but for Postgres's own and those of extensions. */
const relations = async (client: Client): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

const filled = async (client: Client, tables: readonly string[]): Promise<string[]> => {
  if (tables.length === 0) return [];
  const isFilled = tables.filter((table) => !ALWAYS_FILLED.has(table)).map((table) => `EXISTS (SELECT 1 FROM ${table}) AS ${table}`);
  const isRestored = tables.includes('incarnation') ? ['(SELECT incarnation FROM incarnation) <> 1 AS incarnation'] : [];
  const { rows } = await client.query<Record<string, boolean>>(`SELECT ${[...isFilled, ...isRestored].join(', ')}`);
  return Object.entries(rows[0] ?? {}).flatMap(([table, isFull]) => (isFull ? [table] : []));
};

const named = (names: readonly string[]): string =>
  names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ` and ${names.length - NAMED} more` : '');

/**
 * Refuses (`BackupUnfit`) a database that holds anything: tables or views that are none of the vault's, or rows in those that are. One that
 * was never migrated, or was by an older version, is as good. Changes nothing.
 */
export const refuseUnlessEmpty = async (client: Client): Promise<void> => {
  const there = await relations(client);
  const foreign = there.filter((name) => !OURS.has(name));
  const holds = foreign.length > 0 ? foreign : await filled(client, there);
  if (holds.length === 0) return;
  throw new BackupUnfit(
    'restore-target-not-empty',
    `the database is not empty (${named(holds)}): a backup is restored only into an empty one`,
  );
};
