import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BackupList,
  BackupStartedAnswer,
  BackupView,
  CredentialView,
  DeletionOutcome,
  LostEntries,
  RegisteredCredential,
  RestoreStatus,
} from '@keyturn/contracts/api';
import { projectRoot, readStats, statsFileOf, waitUntil } from '@keyturn/dev-stack';
import { exchangeOf, openApiContract, type OpenApiContract } from '@keyturn/testkit/open-api';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { type FaultStack, startFaultStack } from '../src/fault-stack.ts';

const GONE = 'system.generic.gone';
const DATABASE = 'keyturn_vault';

const root = mkdtempSync(join(tmpdir(), 'keyturn-restore-faults-'));
const backups = join(root, 'backups');
const identityFile = join(root, 'identity');
let faults: FaultStack;
let contract: OpenApiContract;

beforeAll(async () => {
  const identity = await generateX25519Identity();
  mkdirSync(backups);
  writeFileSync(identityFile, `${identity}\n`, { mode: 0o600 });
  writeFileSync(join(root, 'recipients'), `${await identityToRecipient(identity)}\n`);
  const place = { BACKUP_FOLDER: backups, BACKUP_RECIPIENTS_FILE: join(root, 'recipients') };
  faults = await startFaultStack({ vaultSettings: { ...place, REPLICA_BEAT_MS: '250' } });
  contract = openApiContract(await (await fetch(`${faults.stack.endpoints.gatewayUrl}/openapi.json`)).json());
});
afterAll(async () => {
  await faults?.stop();
  rmSync(root, { recursive: true });
});

const ask = async <Schema extends z.ZodType>(schema: Schema, path: string, body?: object, method = 'POST'): Promise<z.infer<Schema>> => {
  const { gatewayUrl, tokens } = faults.stack.endpoints;
  const response = await fetch(`${gatewayUrl}${path}`, {
    headers: {
      authorization: `Bearer ${tokens.admin}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      'if-match': '*',
    },
    ...(body === undefined ? {} : { method, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  expect(await contract.violations(await exchangeOf(body === undefined ? 'GET' : method, path, response))).toEqual([]);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return schema.parse(JSON.parse(text));
};
const credential = (credentialId: string) => ask(CredentialView, `/api/v1/admin/credentials/${credentialId}`);
const restoreOf = async () => (await ask(RestoreStatus, '/api/v1/admin/restore')).restore;
const until = async (what: string, holds: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> => {
  const tolerant = () => holds().catch(() => false);
  if (!(await waitUntil(tolerant, { timeoutMs }))) throw new Error(`not in time: ${what}`);
};

/** How often a consumer of the sample has failed so far. */
const failures = (): number =>
  ['one', 'two'].reduce((sum, instance) => {
    const file = `${statsFileOf(faults.stack.servers.varDir, instance)}.failures.jsonl`;
    return sum + (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').length : 0);
  }, 0);

const backUp = async (): Promise<string> => {
  const { backupId, file } = await ask(BackupStartedAnswer, '/api/v1/admin/backups', {});
  await until('the backup is completed', async () => {
    const { items } = await ask(BackupList, '/api/v1/admin/backups');
    const { status } = await ask(BackupView, `/api/v1/admin/backups/${backupId}`);
    expect(items.some((item) => item.backupId === backupId)).toBe(true);
    return status === 'completed';
  });
  return join(backups, file);
};

/** As whoever lost the disk does: an empty database, no KEK file, and the backup with what opens it. */
const restore = async (file: string): Promise<void> => {
  const { stack } = faults;
  const owner = new URL(stack.endpoints.databaseUrl);
  const server = new URL(owner);
  server.pathname = '/postgres';
  const superuser = new Client({ connectionString: server.href });
  await superuser.connect();
  await superuser.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
  await superuser.query(`CREATE DATABASE ${DATABASE}`);
  await superuser.end();
  const secrets = join(stack.servers.varDir, 'secrets');
  rmSync(join(secrets, 'kek'));
  const args = [
    'backup',
    'restore',
    file,
    '--identity-file',
    identityFile,
    '--kek-file',
    join(secrets, 'kek'),
    '--reason',
    'the disk died',
  ];
  const urls = [
    '--database-url-file',
    join(secrets, `${DATABASE}.url`),
    '--migration-database-url-file',
    join(secrets, `${DATABASE}-owner.url`),
  ];
  const child = spawn(process.execPath, [join(projectRoot, 'apps/cli/src/main.ts'), ...args, ...urls], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
};

/** What a backup has not: a deleted credential, and a rotation that revoked the version which the backup has as current. */
const goOn = async (gone: string): Promise<void> => {
  const deletion = { confirm: GONE, reason: 'no longer used', leftAliveBecause: 'nobody knows its provider' };
  await ask(DeletionOutcome, `/api/v1/admin/credentials/${gone}`, deletion, 'DELETE');
  const run = await faults.begin();
  await run.rotate();
  expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  const { databases } = faults;
  const witnessed = async (): Promise<boolean> => (await databases.entries()).length >= (await databases.head());
  await until('audit has witnessed all of it', witnessed, 30_000);
};

it('a vault restored from a backup: tested, shredded again, published, and rotated on', { timeout: 400_000 }, async () => {
  const { stack, databases } = faults;
  const { credentialId: gone } = await ask(RegisteredCredential, '/api/v1/admin/credentials', {
    address: GONE,
    credentialType: 'generic',
    publicFields: {},
    secretFields: { token: 'canary-of-what-is-gone' },
  });
  const file = await backUp();
  await goOn(gone);
  const lostHead = await databases.head();
  const failuresBefore = failures();
  const before = readStats(statsFileOf(stack.servers.varDir, 'one'));

  await stack.services.vault.stop();
  await restore(file);
  await stack.services.vault.restart();
  await stack.services.vault.kill(); // in the middle of the check, or before it: whatever it came to
  await stack.services.vault.restart();
  await until('everything is checked, and published', async () => (await restoreOf())?.status === 'released', 120_000);

  const restored = await restoreOf();
  expect(restored).toMatchObject({ incarnation: 2, remaining: 0, failed: 1, shreds: { named: 1, deleted: 1 }, released: { reason: null } });
  expect(restored?.tested).toBeGreaterThan(0);
  expect(restored?.shreds?.lostTo).toBe(lostHead);
  expect(restored?.failures).toMatchObject([{ credentialId: stack.credentialId, version: 1 }]);
  expect((await credential(stack.credentialId)).recheck).toMatchObject({ outcome: 'failed', version: 1 });
  expect(await credential(gone)).toMatchObject({ status: 'deleted' });
  const shredded = await databases.events();
  expect(shredded.filter(({ type }) => type === 'credential.shredded')).toHaveLength(1);
  expect(readFileSync(stack.services.vault.logFile, 'utf8')).toContain('restore.released');

  const lost = await ask(LostEntries, '/api/v1/audit/lost?limit=500');
  expect(lost.items.map(({ type }) => type)).toEqual(expect.arrayContaining(['credential.deleted', 'rotation.completed']));
  expect(lost.total).toBe(lost.items.length);

  // The consumers go on with the value that the vault has lost.
  const [still, { queriesTried }] = [readStats(statsFileOf(stack.servers.varDir, 'one')), before];
  expect(still.queriesTried).toBeGreaterThan(queriesTried);
  // They take the next one, although the vault counts on from before the loss.
  const { epoch } = await stack.api.rotate(stack.credentialId, 'after the restore');
  const rotation = () => stack.api.rotation(stack.credentialId, epoch);
  await waitUntil(async () => (await rotation()).status !== 'open', { timeoutMs: 90_000 });
  const { status, failure, acknowledgements } = await rotation();
  expect({ status, failure }).toEqual({ status: 'completed', failure: null });
  expect(
    acknowledgements
      .filter(({ ok }) => ok)
      .map(({ instance }) => instance)
      .toSorted(),
  ).toEqual(['one', 'two']);
  expect(failures()).toBe(failuresBefore);
  expect((await databases.roles()).map(({ name }) => name)).toContain('orders_kt2'); // the login of the lost version was left alone
});
