import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { Sensitive } from '@keyturn/kernel';
import { grantService, type ServiceRole } from './service-role.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
const MIGRATION_LOCK = `hashtextextended('keyturn vault migrations', 0)`;
/** Full partitions kept ready beyond the one in use. */
export const PARTITIONS_AHEAD = 3;

type Migration = { readonly name: string; readonly checksum: string; readonly sql: string };

const readMigrations = async (): Promise<Migration[]> => {
  const names = (await readdir(FOLDER)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, FOLDER), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const appliedMigrations = async (owner: Client): Promise<Map<string, string>> => {
  await owner.query(
    'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const { rows } = await owner.query<{ name: string; checksum: string }>('SELECT name, checksum FROM migrations');
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
};

const apply = async (owner: Client, { name, checksum, sql }: Migration): Promise<void> => {
  await owner.query('BEGIN');
  await owner.query(sql);
  await owner.query('INSERT INTO migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
  await owner.query('COMMIT');
};

const migrateLocked = async (owner: Client): Promise<string[]> => {
  const migrations = await readMigrations();
  const applied = await appliedMigrations(owner);
  const changed = migrations.find(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum);
  if (changed) throw new Error(`migration ${changed.name} was edited after it ran; migrations are only ever added`);
  const foreign = [...applied.keys()].find((name) => !migrations.some((migration) => migration.name === name));
  if (foreign) throw new Error(`the database has migration ${foreign}, which this version doesn't know; run a newer one`);
  const pending = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of pending) await apply(owner, migration);
  return pending.map(({ name }) => name);
};

/**
 * Brings the vault's database up to date, as its owner: runs what is pending under a lock, makes partitions ahead, and grants the service
 * role what it needs. Answers the names of the migrations that ran. Harmless when repeated, or run by two at once.
 */
export const migrate = async (options: { readonly ownerUrl: Sensitive<string>; readonly service: ServiceRole }): Promise<string[]> => {
  const owner = new Client({ connectionString: options.ownerUrl.reveal(), application_name: 'keyturn-migrate' });
  // A lost connection surfaces in the query that is under way.
  owner.on('error', () => undefined);
  await owner.connect();
  try {
    await owner.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    const ran = await migrateLocked(owner);
    await owner.query('SELECT ensure_partitions($1)', [PARTITIONS_AHEAD]);
    await grantService(owner, options.service);
    return ran;
  } finally {
    await owner.end();
  }
};
