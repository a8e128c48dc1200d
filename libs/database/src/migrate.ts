import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Sensitive } from '@keyturn/kernel';
import { Client } from 'pg';

export type MigrateOptions = {
  /** Whose database it is: names the lock and the connection. */
  readonly service: string;
  readonly ownerUrl: Sensitive<string>;
  /** Holds numbered files, `0001_what.sql`. */
  readonly folder: URL;
  /** What else the owner sees to, under the same lock: grants, partitions. Harmless when repeated. */
  readonly afterwards: (owner: Client) => Promise<void>;
};

type Migration = { readonly name: string; readonly checksum: string; readonly sql: string };

/**
 * Brings a database up to date, as its owner: runs the files that it hasn't seen, each in a transaction, and answers their names. Throws
 * where one was edited after it ran, or where a newer version has been here. Harmless when repeated, or run by two at once.
 */
export const migrate = async ({ service, ownerUrl, folder, afterwards }: MigrateOptions): Promise<string[]> => {
  const owner = new Client({ connectionString: ownerUrl.reveal(), application_name: `keyturn-${service}-migrate` });
  owner.on('error', () => undefined); // a lost connection surfaces in the query that is under way
  await owner.connect();
  try {
    await owner.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`keyturn ${service} migrations`]);
    const ran = await applyPending(owner, await readMigrations(folder));
    await afterwards(owner);
    return ran;
  } finally {
    await owner.end();
  }
};

const readMigrations = async (folder: URL): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const applyPending = async (owner: Client, migrations: readonly Migration[]): Promise<string[]> => {
  const applied = await appliedMigrations(owner);
  const changed = migrations.find(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum);
  if (changed) throw new Error(`migration ${changed.name} was edited after it ran; migrations are only ever added`);
  const foreign = [...applied.keys()].find((name) => !migrations.some((migration) => migration.name === name));
  if (foreign !== undefined) throw new Error(`the database has migration ${foreign}, which this version doesn't know; run a newer one`);
  const pending = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of pending) await apply(owner, migration);
  return pending.map(({ name }) => name);
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
