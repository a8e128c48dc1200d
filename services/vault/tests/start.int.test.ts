import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createKekFile, readKekFile } from '../src/adapters/file/kek-file.ts';
import { isUpToDate, putBack } from './put-back.ts';
import { grant, registerOrders, testVault, type TestVault } from './test-vault.ts';

// The real process, as it is started in production, against a vault that has everything.

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

let vault: TestVault;
let folder: string;
let kekFile: string;
let kekText: string;
let credentialId: string;
let databaseUrlFile: string;
let ownerUrlFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-start-'));
  [kekFile, databaseUrlFile, ownerUrlFile] = [join(folder, 'kek'), join(folder, 'database'), join(folder, 'owner')];
  await createKekFile(kekFile);
  kekText = await readFile(kekFile, 'utf8');
  vault = await testVault({ held: [...(await readKekFile(kekFile))] });
  ({ credentialId } = await registerOrders(vault));
  await grant(vault, 'orders');
  await writeFile(databaseUrlFile, vault.url.reveal());
  await writeFile(ownerUrlFile, vault.ownerUrl);
});
beforeEach(async () => {
  await rm(kekFile, { force: true });
  await writeFile(kekFile, kekText, { mode: 0o600 });
});
afterAll(async () => {
  await vault.dispose();
  await rm(folder, { recursive: true });
});

/** Every table's rows, as text, and the service's password. */
const contents = async (): Promise<Record<string, string>> => {
  const tables = await vault.sql<{
    name: string;
  }>(`SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'public' AND relkind = 'r' ORDER BY 1`);
  const read = async ({ name }: { name: string }) => [
    name,
    JSON.stringify(await vault.sql(`SELECT t::text AS row FROM ${name} t ORDER BY 1`)),
  ];
  const role = ['the role', JSON.stringify(await vault.sql('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [vault.role]))];
  const all: unknown = Object.fromEntries([role, ...(await Promise.all(tables.map(read)))]);
  return z.record(z.string(), z.string()).parse(all);
};

const asOwner = (): Readonly<Record<string, string>> => ({ MIGRATION_DATABASE_URL_FILE: ownerUrlFile });

const start = (kek: Readonly<Record<string, string>>) =>
  spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NATS_URL: 'nats://127.0.0.1:9',
      NATS_CREDS_FILE: join(folder, 'none'),
      DATABASE_URL_FILE: databaseUrlFile,
      ...kek,
    },
  });

const Line = z.object({ event: z.string(), sentence: z.string().optional() });

/** Starts the vault, which must end, having touched nothing; answers its last line. */
const refused = async (kek: Readonly<Record<string, string>>) => {
  const before = await contents();
  const child = start(kek);
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect(await contents()).toEqual(before);
  expect(errors).toBe('');
  expect(code).toBe(1);
  const last = Line.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
  expect(last.event).toBe('vault.not-started');
  expect(last.sentence?.split('\n')).toHaveLength(1);
  return last.sentence;
};
const keyIn = (from: string): string => Buffer.from(from.split('\n')[1]?.split(' ')[2] ?? '', 'base64url').toString('base64');

describe.each([
  ['on a database that is up to date', (): Promise<void> => Promise.resolve(), () => ({})],
  ['where it would migrate the database first', () => putBack(vault), asOwner],
] as const)('the start of the vault, %s,', (_where, prepare, asked) => {
  beforeAll(prepare);
  const withFile = () => ({ KEK_FILE: kekFile, ...asked() });

  describe('with its KEK in a file, is stopped', () => {
    it('where the file is missing', async () => {
      await rm(kekFile);
      expect(await refused(withFile())).toMatch(/can't be read: restore it from its backup/);
    });
    it('where it holds another key', async () => {
      await rm(kekFile);
      await createKekFile(kekFile);
      expect(await refused(withFile())).toMatch(/this is the wrong KEK: keys in the database hang on kek-/);
    });
    it('where it is truncated', async () => {
      await writeFile(kekFile, kekText.slice(0, -20));
      expect(await refused(withFile())).toMatch(/is truncated or damaged/);
    });
    it('where it is empty', async () => {
      await writeFile(kekFile, '');
      expect(await refused(withFile())).toMatch(/is truncated or damaged/);
    });
    it.each([0o644, 0o640])('where it has mode %o', async (mode) => {
      await chmod(kekFile, mode);
      expect(await refused(withFile())).toMatch(/others may read it: chmod 600 it/);
    });
    it('where a live version has no data key, which it names', async () => {
      const [kept] = await vault.sql('SELECT * FROM wrapped_deks WHERE credential_id = $1', [credentialId]);
      await vault.sql('DELETE FROM wrapped_deks WHERE credential_id = $1', [credentialId]);
      expect(await refused(withFile())).toContain(`version 1 of ${credentialId}`);
      await vault.sql('INSERT INTO wrapped_deks VALUES ($1, 1, $2, $3)', [credentialId, kept?.['kek_id'], kept?.['wrapped']]);
    });
    it('where the identity is gone and the rest is there', async () => {
      const [kept] = await vault.sql('SELECT public_key, kek_id, wrapped_private FROM vault_identity');
      await vault.sql('DELETE FROM vault_identity');
      expect(await refused(withFile())).toMatch(/table vault_identity is empty/);
      await vault.sql('INSERT INTO vault_identity (public_key, kek_id, wrapped_private) VALUES ($1, $2, $3)', Object.values(kept ?? {}));
    });
  });

  describe('with its KEK in KEYTURN_KEK, is stopped', () => {
    it.each([
      ['wrong', Buffer.alloc(32, 7).toString('base64'), /this is the wrong KEK/],
      ['truncated', Buffer.alloc(32, 7).toString('base64').slice(0, -8), /KEYTURN_KEK is not 32 bytes in base64/],
      ['no base64', 'not a key at all', /KEYTURN_KEK is not 32 bytes in base64/],
    ])('where it is %s', async (_what, value, sentence) => {
      expect(await refused({ KEYTURN_KEK: value, ...asked() })).toMatch(sentence);
    });
  });

  it('is stopped where it is told no KEK, or two', async () => {
    const one = /it needs its KEK from KEK_FILE or from KEYTURN_KEK, one of the two/;
    expect(await refused({ ...asked() })).toMatch(one);
    expect(await refused({ ...withFile(), KEYTURN_KEK: keyIn(kekText) })).toMatch(one);
  });

  it('goes on with the right KEK_FILE or KEYTURN_KEK', async () => {
    for (const kek of [{ KEK_FILE: kekFile }, { KEYTURN_KEK: keyIn(kekText) }]) {
      const before = await vault.sql('SELECT replica FROM vault_replicas');
      const child = start({ ...kek, ...asked() });
      await expect
        .poll(async () => (await vault.sql('SELECT replica FROM vault_replicas')).length, { timeout: 20_000 })
        .toBe(before.length + 1);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(await isUpToDate(vault)).toBe(true);
  });

  it('is stopped where a newer version has been here', async () => {
    await vault.sql(`INSERT INTO migrations VALUES ('9999_of_tomorrow.sql', '')`);
    expect(await refused({ ...withFile(), ...asOwner() })).toMatch(/has migration 9999_of_tomorrow.sql, which this version doesn't know/);
    await vault.sql(`DELETE FROM migrations WHERE name LIKE '9999%'`);
  });
});
