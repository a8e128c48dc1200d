import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { Sensitive } from '@keyturn/kernel';
import { Client } from 'pg';
import { grantService } from './service-role.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

export type MigrateOptions = {
  readonly ownerUrl: Sensitive<string>;
  /** What the service logs in with; its role is made here if it does not exist yet. */
  readonly serviceUrl: Sensitive<string>;
};

/** Brings the audit database up to date, as its owner. Harmless when repeated, or run by two at once; answers what ran. */
export const migrate = async ({ ownerUrl, serviceUrl }: MigrateOptions): Promise<string[]> => {
  const owner = new Client({ connectionString: ownerUrl.reveal(), application_name: 'keyturn-audit-migrate' });
  owner.on('error', () => undefined); // a lost connection surfaces in the query that is under way
  await owner.connect();
  try {
    await owner.query(`SELECT pg_advisory_lock(hashtextextended('keyturn audit migrations', 0))`);
    const ran = await applyPending(owner);
    await grantService(owner, serviceUrl);
    return ran;
  } finally {
    await owner.end();
  }
};

const applyPending = async (owner: Client): Promise<string[]> => {
  await owner.query(
    'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const { rows } = await owner.query<{ name: string; checksum: string }>('SELECT name, checksum FROM migrations');
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  const names = (await readdir(FOLDER)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  const foreign = [...applied.keys()].find((name) => !names.includes(name));
  if (foreign !== undefined) throw new Error(`the database has migration ${foreign}, which this version doesn't know; run a newer one`);
  const ran: string[] = [];
  for (const name of names) {
    const sql = await readFile(new URL(name, FOLDER), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    if (!applied.has(name)) {
      await apply(owner, name, checksum, sql);
      ran.push(name);
    } else if (applied.get(name) !== checksum) {
      throw new Error(`migration ${name} was edited after it ran; migrations are only ever added`);
    }
  }
  return ran;
};

const apply = async (owner: Client, name: string, checksum: string, sql: string): Promise<void> => {
  await owner.query('BEGIN');
  await owner.query(sql);
  await owner.query('INSERT INTO migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
  await owner.query('COMMIT');
};
