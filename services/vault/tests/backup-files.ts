import { readFileSync, writeFileSync } from 'node:fs';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { type Lock, readAgeFile, type Unlock, writeAgeFile } from '../src/adapters/backup/age-file.ts';
import { restoreBackup } from '../src/adapters/backup/restore-backup.ts';
import type { KekSource } from '../src/config.ts';
import type { TestLog } from './test-log.ts';

/** A pair of age keys: what backups are made to, and what opens them. */
export const agePair = async (): Promise<{ readonly lock: Lock; readonly unlock: Unlock }> => {
  const identity = await generateX25519Identity();
  return { lock: { recipients: [await identityToRecipient(identity)] }, unlock: { identities: [new Sensitive(identity)] } };
};

export const restoring = (database: TestLog, path: string, unlock: Unlock, kek: KekSource, incarnation?: number) =>
  restoreBackup({
    path,
    unlock,
    kek,
    ownerUrl: new Sensitive(database.ownerUrl),
    serviceUrl: database.url,
    by: 'ada',
    reason: 'the disk died',
    incarnation,
    newId: uuidv7,
  });

/** A copy with other lines inside, encrypted as it should be: what only the checks beneath the encryption can find. */
export const rewritten = async (
  path: string,
  { lock, unlock }: Awaited<ReturnType<typeof agePair>>,
  edit: (lines: string[]) => string[],
) => {
  const read: string[] = [];
  for await (const line of readAgeFile(path, unlock)) read.push(line);
  const lines = edit(read);
  const copy = `${path}.${uuidv7()}`;
  const given = async function* () {
    yield* await Promise.resolve(lines);
  };
  await writeAgeFile(copy, given(), lock);
  return copy;
};

/** A copy with other bytes. */
export const mangled = (path: string, edit: (bytes: Buffer) => Uint8Array): string => {
  const copy = `${path}.${uuidv7()}`;
  writeFileSync(copy, edit(readFileSync(path)));
  return copy;
};

/** Every row of every table. */
export const dump = async (database: Pick<TestLog, 'sql'>, tables?: readonly string[]): Promise<Record<string, unknown>> => {
  const all = await database.sql<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
  );
  const contents: Record<string, unknown> = {};
  for (const { name } of all.filter((table) => tables?.includes(table.name) ?? true)) {
    contents[name] = (await database.sql(`SELECT to_jsonb(t) AS row FROM ${name} t ORDER BY t::text`)).map(({ row }) => row);
  }
  return contents;
};

/** All that a restore could change of a database: its relations and their columns, its rows, and the service's role. */
export const stateOf = async (database: Pick<TestLog, 'sql' | 'role'>): Promise<Record<string, unknown>> => ({
  columns: await database.sql(
    `SELECT c.oid::regclass::text AS name, c.relkind, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema') ORDER BY 1, 3`,
  ),
  role: await database.sql('SELECT rolname, rolpassword FROM pg_authid WHERE rolname = $1', [database.role]),
  rows: await dump(database),
});
