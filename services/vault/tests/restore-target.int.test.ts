import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { createBackup } from '../src/adapters/backup/create-backup.ts';
import { restoreBackup } from '../src/adapters/backup/restore-backup.ts';
import { agePair, mangled, restoring, rewritten, stateOf } from './backup-files.ts';
import { kekSourceOf } from './kek-source.ts';
import { isUpToDate, putBack } from './put-back.ts';
import { testLog, type TestLog } from './test-log.ts';
import { registerOrders, testVault } from './test-vault.ts';

// What a restore does to the database that it is given, before it may: nothing.

const folder = mkdtempSync(join(tmpdir(), 'keyturn-restore-target-'));
const [path, kekFile] = [join(folder, 'vault.age'), join(folder, 'kek')];
const keys = await agePair();

beforeAll(async () => {
  const vault = await testVault();
  await registerOrders(vault);
  const created = await createBackup({ path, lock: keys.lock, databaseUrl: vault.url, kek: kekSourceOf(vault.held) });
  if (!created.ok) throw new Error(created.refusal.code);
  await vault.dispose();
});
afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => rmSync(kekFile, { force: true }));

const bare = () => testLog(inject('postgresUrl'), { isBare: true });
/** Restores, as on a new host, and answers how that ended. */
const restore = (database: TestLog, file = path, kek = kekFile) => restoring(database, file, keys.unlock, { file: kek });

/** The restore is refused, and the database, its role and the KEK file are as they were. */
const expectUntouched = async (database: TestLog, code: string, file = path, kek = kekFile): Promise<void> => {
  const before = await stateOf(database);
  expect(await restore(database, file, kek)).toMatchObject({ ok: false, refusal: { code } });
  expect(await stateOf(database)).toEqual(before);
  expect(existsSync(kekFile)).toBe(false);
};

describe('a database that was never migrated', () => {
  it('is left so by a file that does not hold', async () => {
    const database = await bare();
    const damaged: [string, string][] = [
      ['backup-damaged', mangled(path, (bytes) => bytes.subarray(0, -40))],
      ['backup-damaged', await rewritten(path, keys, (all) => all.slice(0, -1))],
      [
        'backup-chain-broken',
        await rewritten(path, keys, (all) => all.map((line) => line.replace(/"recordedAt":"20../, '"recordedAt":"2001'))),
      ],
    ];
    for (const [code, file] of damaged) await expectUntouched(database, code, file);
    await database.dispose();
  });

  it('is left so where there is no backup, or one that can’t be read twice', async () => {
    const [database, pipe] = [await bare(), join(folder, 'pipe')];
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, folder, join(folder, 'missing.age')]) await expectUntouched(database, 'backup-unreadable', file);
    await database.dispose();
  });

  it('is left so where the KEK file can’t be made', async () => {
    const database = await bare();
    await expectUntouched(database, 'kek-unusable', path, join(folder, 'not-there', 'kek'));
    await database.dispose();
  });

  it('stays empty where the file was exchanged for that of a later incarnation while it was read', async () => {
    const database = await bare();
    const later = await rewritten(path, keys, ([header = '', ...rest]) => [header.replace('"incarnation":1', '"incarnation":7'), ...rest]);
    const reads = [path, path]; // looked at, and read to its end
    const kek = { file: kekFile };
    const given = { unlock: keys.unlock, kek, ownerUrl: new Sensitive(database.ownerUrl), serviceUrl: database.url, by: 'ada' };
    const restored = await restoreBackup({
      ...given,
      reason: 'the disk died',
      incarnation: 5,
      newId: uuidv7,
      get path() {
        return reads.shift() ?? later;
      },
    });
    expect(restored).toMatchObject({ ok: false, refusal: { code: 'restore-incarnation-too-low' } });
    expect(await restore(database)).toMatchObject({ ok: true, value: { incarnation: 2 } });
    await database.dispose();
  });

  it.each([
    ['CREATE TABLE customers (name text)'],
    ['CREATE SCHEMA shop; CREATE TABLE shop.customers (name text)'],
    ['CREATE VIEW customers AS SELECT 1 AS one'],
  ])('is refused where somebody else has something in it: %s', async (sql) => {
    const database = await bare();
    await database.sql(sql);
    await expectUntouched(database, 'restore-target-not-empty');
    await database.dispose();
  });

  it('is migrated and filled', async () => {
    const database = await bare();
    // What an extension brings is nobody's: this one has views.
    await database.sql(`DO $$ BEGIN IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') THEN
                          CREATE EXTENSION pg_stat_statements; END IF; END $$`);
    expect(await restore(database)).toMatchObject({ ok: true, value: { credentials: 2 } });
    expect(existsSync(kekFile)).toBe(true);
    await database.dispose();
  });
});

describe('a database that a vault of before has migrated', () => {
  it('is neither migrated nor given a password where it holds anything', async () => {
    const other = await testVault();
    await registerOrders(other);
    await putBack(other);
    await other.sql(`ALTER ROLE ${other.role} PASSWORD 'which the restore does not know'`);
    await expectUntouched(other, 'restore-target-not-empty');
    await other.dispose();
  });

  it('is migrated and filled where it is empty', async () => {
    const database = await testLog();
    await putBack(database);
    expect(await restore(database)).toMatchObject({ ok: true, value: { credentials: 2 } });
    expect(await isUpToDate(database)).toBe(true);
    await database.dispose();
  });
});
