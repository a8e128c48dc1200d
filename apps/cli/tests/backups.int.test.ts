import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { agePair } from '../../../services/vault/tests/backup-files.ts';
import { testLog, type TestLog } from '../../../services/vault/tests/test-log.ts';
import { PASSWORD, registerOrders, testVault, type TestVault } from '../../../services/vault/tests/test-vault.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const PASSPHRASE = 'canary passphrase of the backup';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-cli-backup-'));
const at = (name: string) => join(folder, name);
const secretFile = (name: string, text: string): string => {
  writeFileSync(at(name), `${text}\n`, { mode: 0o600 });
  return at(name);
};
const printed: string[] = [];
const identities: string[] = [];
let vault: TestVault;
let target: TestLog;

const keyturn = async (args: readonly string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) => {
  const child = spawn(process.execPath, [MAIN, 'backup', ...args], { env: { PATH: process.env['PATH'], ...env }, cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  printed.push(out, err);
  return { code, out, err };
};
const codeIn = (err: string): string | undefined => /\[([a-z-]+)\]\n$/.exec(err)?.[1];
const kekOf = (each: TestVault): string => Buffer.from(each.held[0]!.key.reveal()).toString('base64');
const restoreArgs = (name = '') => [
  '--database-url-file',
  at(`target${name}`),
  '--migration-database-url-file',
  at(`owner${name}`),
  '--kek-file',
  at(`kek${name}`),
  '--reason',
  'a test',
];
/** An age identity in a file as age-keygen writes it, and to whom a backup for it is encrypted. */
const identityIn = async (name: string): Promise<string> => {
  const { lock, unlock } = await agePair();
  const [recipient = ''] = 'recipients' in lock ? lock.recipients : [];
  const [identity] = 'identities' in unlock ? unlock.identities : [];
  identities.push(identity?.reveal() ?? '');
  secretFile(name, `# public key: ${recipient}\n${identity?.reveal()}`);
  return recipient;
};

beforeAll(async () => {
  vault = await testVault();
  target = await testLog();
  await registerOrders(vault);
  secretFile('url', vault.url.reveal());
  secretFile('target', target.url.reveal());
  secretFile('owner', target.ownerUrl);
  secretFile('passphrase', PASSPHRASE);
  secretFile('wrong', `${PASSPHRASE}!`);
});
afterAll(async () => {
  await vault.dispose();
  await target.dispose();
  rmSync(folder, { recursive: true });
});

it('creates, verifies and restores a backup, and says what it did', async () => {
  const created = await keyturn(['create', 'vault.age', '--database-url-file', 'url', '--passphrase-file', '-', '--json'], {
    input: `${PASSPHRASE}\n`,
    env: { KEYTURN_KEK: kekOf(vault) },
  });
  expect(created).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(created.out)).toMatchObject({ incarnation: 1, counts: { dek: 2 }, kekIds: [vault.held[0]!.id] });
  expect(statSync(at('vault.age')).mode & 0o777).toBe(0o600);

  const verified = await keyturn(['verify', 'vault.age'], { env: { KEYTURN_BACKUP_PASSPHRASE: PASSPHRASE } });
  expect(verified).toMatchObject({ code: 0, err: '' });
  expect(verified.out).toContain('The backup is whole');

  const wrong = await keyturn(['restore', 'vault.age', ...restoreArgs(), '--passphrase-file', 'wrong']);
  expect([wrong.code, codeIn(wrong.err)]).toEqual([7, 'backup-not-opened']);
  const restored = await keyturn(['restore', 'vault.age', ...restoreArgs(), '--passphrase-file', 'passphrase', '--by', 'ada', '--json']);
  expect(restored).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(restored.out)).toMatchObject({ incarnation: 2, credentials: 2, dataKeys: 2 });
  expect(statSync(at('kek')).mode & 0o777).toBe(0o600);
  const again = await keyturn(['restore', 'vault.age', ...restoreArgs(), '--passphrase-file', 'passphrase']);
  expect([again.code, codeIn(again.err)]).toEqual([6, 'restore-target-not-empty']);
});

it('makes a backup to recipients, which only an identity of theirs verifies and restores', async () => {
  const database = await testLog();
  onTestFinished(() => database.dispose());
  secretFile('target-age', database.url.reveal());
  secretFile('owner-age', database.ownerUrl);
  const recipients = [await identityIn('age.key'), await identityIn('second.key')];
  await identityIn('strangers.key');
  const to = recipients.flatMap((recipient) => ['--recipient', recipient]);
  const created = await keyturn(['create', 'recipients.age', '--database-url-file', 'url', ...to], { env: { KEYTURN_KEK: kekOf(vault) } });
  expect(created).toMatchObject({ code: 0, err: '' });

  for (const identity of ['age.key', 'second.key']) {
    const verified = await keyturn(['verify', 'recipients.age', '--identity-file', identity, '--json']);
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(verified.out)).toMatchObject({ incarnation: 1, counts: { dek: 2 } });
  }
  const stranger = await keyturn(['verify', 'recipients.age', '--identity-file', 'strangers.key']);
  expect([stranger.code, codeIn(stranger.err)]).toEqual([7, 'backup-not-opened']);
  const passphrase = await keyturn(['verify', 'recipients.age', '--passphrase-file', 'passphrase']);
  expect([passphrase.code, codeIn(passphrase.err)]).toEqual([7, 'backup-not-opened']);
  secretFile('none.key', '# no identity');
  const none = await keyturn(['verify', 'recipients.age', '--identity-file', 'none.key']);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('holds no identity')]);

  const refused = await keyturn(['restore', 'recipients.age', ...restoreArgs('-age'), '--identity-file', 'strangers.key']);
  expect([refused.code, codeIn(refused.err)]).toEqual([7, 'backup-not-opened']);
  const restored = await keyturn(['restore', 'recipients.age', ...restoreArgs('-age'), '--identity-file', 'age.key', '--json']);
  expect(restored).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(restored.out)).toMatchObject({ incarnation: 2, credentials: 2, dataKeys: 2 });
});

it('says in its exit code what was wrong', async () => {
  const env = { KEYTURN_KEK: kekOf(vault), DATABASE_URL_FILE: at('url'), KEYTURN_BACKUP_PASSPHRASE: PASSPHRASE };
  const outcome = async (args: string[], changed: Record<string, string> = {}) => {
    const { code, err } = await keyturn(args, { env: { ...env, ...changed } });
    return [code, codeIn(err)];
  };
  secretFile('there.age', 'something');
  secretFile('nowhere', 'postgres://user:canary-password@127.0.0.1:1/vault');
  expect(await outcome(['create', 'there.age'])).toEqual([6, 'backup-exists']);
  expect(await outcome(['create', 'no/folder.age'])).toEqual([7, 'backup-unwritable']);
  expect(await outcome(['create', 'a.age'], { KEYTURN_BACKUP_PASSPHRASE: 'short' })).toEqual([2, 'usage']);
  expect(await outcome(['create', 'a.age', '--recipient', 'age1mistyped'])).toEqual([7, 'age-key-unusable']);
  expect(await outcome(['create', 'a.age'], { KEYTURN_KEK: 'AAAA' })).toEqual([7, 'kek-unusable']);
  expect(await outcome(['create', 'a.age'], { DATABASE_URL_FILE: at('nowhere') })).toEqual([3, 'unreachable']);
  expect(await outcome(['verify', 'none.age'])).toEqual([7, 'backup-unreadable']);
  expect(await outcome(['verify', 'there.age'])).toEqual([7, 'backup-not-opened']);
  expect(await outcome(['restore', 'there.age'])).toEqual([2, 'usage']);
});

it('prints no secret', () => {
  const secrets = [...identities, PASSPHRASE, PASSWORD, 'canary-password', kekOf(vault), vault.ownerUrl, vault.url.reveal()];
  expect(printed.length).toBeGreaterThan(10);
  expect(identities.filter((each) => each.startsWith('AGE-SECRET-KEY-'))).toHaveLength(3);
  expect(secrets.filter((secret) => printed.some((text) => text.includes(secret)))).toEqual([]);
});
