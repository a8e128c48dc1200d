import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRingView } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { apiTokenProof, newApiToken } from '@keyturn/sealing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { createBackup } from '../src/adapters/backup/create-backup.ts';
import { verifyBackup } from '../src/adapters/backup/verify-backup.ts';
import { verifyChain } from '../src/log/verify-chain.ts';
import { agePair, dump, mangled, restoring, rewritten } from './backup-files.ts';
import { kekSourceOf } from './kek-source.ts';
import { testLog, type TestLog } from './test-log.ts';
import { ADMIN, grant, PASSWORD, registerOrders, testInstance, testReplica, testVault, type TestVault } from './test-vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-backup-'));
const path = join(folder, 'vault.age');
const keys = await agePair();
let vault: TestVault;
let before: Record<string, unknown>;
let empty: TestLog;
let created: Awaited<ReturnType<typeof createBackup>>;

/** Uses an API token in a way of which the log doesn't say which token it was. */
const resolveByToken = async ({ client }: TestVault): Promise<void> => {
  const [tokenId, proof] = [randomUUID(), apiTokenProof(newApiToken())];
  const token = { consumer: 'orders', tokenId, proof, lifetimeSeconds: 3600 };
  await client(ADMIN).command('consumer.issue-token', token, { commandId: randomUUID() });
  const asked = { consumer: 'orders', service: 'postgres', credentialType: 'database_password', proof };
  const program = client({ kind: 'program', id: 'api-token' });
  expect(await program.command('credential.resolve', asked, { commandId: randomUUID(), wantsSecret: true })).toMatchObject({ ok: true });
};

beforeAll(async () => {
  vault = await testVault();
  const { credentialId } = await registerOrders(vault);
  await grant(vault, 'orders');
  const admin = vault.client(ADMIN);
  for (const [command, data] of [
    ['credential.change-details', { credentialId, changes: {}, isDefault: true }],
    ['legacy-user.map', { legacyId: 'user-0001', issuer: 'https://sso.example.com', subject: 'cleo' }],
  ] as const) {
    const answer = await admin.command(command, data, { commandId: randomUUID() });
    if (!answer.ok) throw new Error(answer.refusal.code);
  }
  await testInstance(vault, 'orders', '7f3a').fetch();
  await resolveByToken(vault);
  await admin.command('bulk-rotation.request', { ids: [credentialId] }, { commandId: randomUUID() });
  await vault.ring.published();
  before = await dump(vault);
  created = await createBackup({ path, lock: keys.lock, databaseUrl: vault.url, kek: kekSourceOf(vault.held) });
});
beforeEach(async () => {
  empty = await testLog();
});
afterEach(() => empty.dispose());
afterAll(async () => {
  await vault.dispose();
  rmSync(folder, { recursive: true });
});

type Line = Record<string, string | number>;
const lines = (edit: (parsed: Line[]) => Line[]) => (texts: string[]) =>
  edit(texts.map((text) => JSON.parse(text) as Line)).map((line) => JSON.stringify(line));
const only = (kind: string, edit: (line: Line) => void) =>
  lines((all) => {
    edit(all.find((line) => line['kind'] === kind)!);
    return all;
  });
const without = (kind: string, fewer: boolean) =>
  lines((all) => {
    const gone = all.findLastIndex((line) => line['kind'] === kind);
    const trailer = all.at(-1) as unknown as { counts: Record<string, number> };
    if (fewer) trailer.counts[kind]! -= 1;
    return all.toSpliced(gone, 1);
  });

describe('a backup', () => {
  it('is one file of mode 0600, in which nothing can be read', async () => {
    expect(created).toMatchObject({ ok: true, value: { incarnation: 1, counts: { kek: 1, identity: 1, 'sealing-key': 1, dek: 2 } } });
    expect(readdirSync(folder)).toEqual(['vault.age']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await createBackup({ path, lock: keys.lock, databaseUrl: vault.url, kek: kekSourceOf(vault.held) });
    expect(again).toMatchObject({ ok: false, refusal: { code: 'backup-exists' } });
  });
  it('is not made where a KEK is missing, and leaves nothing behind', async () => {
    const other = join(folder, 'other.age');
    const refused = await createBackup({ path: other, lock: keys.lock, databaseUrl: vault.url, kek: kekSourceOf([randomKek()]) });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'backup-kek-missing' } });
    expect(readdirSync(folder)).toEqual(['vault.age']);
  });
  it('is verified without a database', async () => {
    const head = (await vault.events()).at(-1);
    expect(await verifyBackup({ path, unlock: keys.unlock })).toMatchObject({
      ok: true,
      value: { incarnation: 1, head: { position: head?.position, hash: head?.hash }, counts: { event: head?.position, dek: 2 } },
    });
  });
  it('of the format of before, which has no uses of API tokens, is read as well', async () => {
    const before = lines((all) => {
      const [uses, rest] = [
        all.filter((line) => line['table'] === 'api_token_uses'),
        all.filter((line) => line['table'] !== 'api_token_uses'),
      ];
      expect(uses).toHaveLength(1);
      rest[0]!['formatVersion'] = 1;
      (rest.at(-1) as unknown as { counts: Record<string, number> }).counts['row']! -= uses.length;
      return rest;
    });
    const copy = await rewritten(path, keys, before);
    expect(await verifyBackup({ path: copy, unlock: keys.unlock })).toMatchObject({ ok: true });
    rmSync(copy);
  });
  it('may be made to a passphrase', async () => {
    const locked = join(folder, 'passphrase.age');
    const passphrase = new Sensitive('correct horse battery staple');
    await createBackup({ path: locked, lock: { passphrase }, databaseUrl: vault.url, kek: kekSourceOf(vault.held) });
    expect(await verifyBackup({ path: locked, unlock: { passphrase } })).toMatchObject({ ok: true });
    const wrong = { passphrase: new Sensitive('correct horse battery stable') };
    const nothing = await dump(empty);
    expect(await restoring(empty, locked, wrong, kekSourceOf([randomKek()]))).toMatchObject({
      ok: false,
      refusal: { code: 'backup-not-opened' },
    });
    expect(await dump(empty)).toEqual(nothing);
    rmSync(locked);
  });
});

describe('a restore', () => {
  it('brings the log and all that follows from it back, under another KEK, as the next incarnation', async () => {
    expect(before).toMatchObject({
      legacy_users: [{}],
      leases: [{}],
      consumers: [{}],
      bulk_rotations: [{ is_open: true }],
      api_token_uses: [{}],
      credentials: expect.arrayContaining([expect.objectContaining({ is_default: true })]),
    });
    const held = [randomKek()];
    const restored = await restoring(empty, path, keys.unlock, kekSourceOf(held));
    const backed = await vault.events();
    const head = backed.at(-1)!;
    expect(restored).toMatchObject({ ok: true, value: { incarnation: 2, credentials: 2, dataKeys: 2, kekId: held[0]!.id } });
    const ofLeases = ['leases', 'lease_holds', 'lease_endings'];
    const ofConsumers = ['consumers', 'api_token_uses'];
    const told = ['commands', 'credentials', 'credential_upkeep', 'legacy_users', 'bulk_rotations', ...ofLeases, ...ofConsumers];
    expect(await dump(empty, told)).toEqual(Object.fromEntries(told.map((table) => [table, before[table]])));
    expect(await empty.sql('SELECT incarnation FROM incarnation')).toEqual([{ incarnation: 2 }]);

    const events = await empty.openLog().read(0, 1_000);
    expect(events.slice(0, -1)).toEqual(backed);
    expect(verifyChain(events)).toMatchObject({ ok: true });
    expect(events.at(-1)).toMatchObject({
      type: 'log.restored',
      stream: 'log',
      data: { incarnation: 2, head: { position: head.position, hash: head.hash }, reason: 'the disk died' },
      meta: { actor: { kind: 'person', id: 'ada' }, incarnation: 2 },
    });
  });
  it('gives a vault that opens the same secrets, and goes on', async () => {
    const held = [randomKek()];
    await restoring(empty, path, keys.unlock, kekSourceOf(held));
    const replica = { ...empty, ...(await testReplica(empty, held)) };
    await replica.client(ADMIN).command('restore.publish', { reason: 'the check has its own tests' }, { commandId: randomUUID() });
    const fetched = await testInstance(replica, 'orders', 'b1c2').fetch();
    expect(fetched).toMatchObject({ ok: true, secret: { fields: { password: PASSWORD } } });
    expect((await replica.ring.published()).identityPublicKey).toBe((await vault.ring.published()).identityPublicKey);
    const ring = await replica.client(ADMIN).query('key-ring.view', {});
    if (!ring.ok) throw new Error(ring.refusal.code);
    const states = KeyRingView.parse(ring.value.value).keys.map(({ kekId, state }) => [kekId, state]);
    expect(Object.fromEntries(states)).toEqual({ [vault.held[0]!.id]: 'retiring', [held[0]!.id]: 'active' });
    await registerOrders(replica, 'system.postgres.billing');
    const events = await replica.events();
    expect(verifyChain(events)).toMatchObject({ ok: true });
    expect(events.at(-1)?.meta.incarnation).toBe(2);
  });
  it('is refused where anything is there', async () => {
    const other = await testVault();
    const there = await dump(other);
    expect(await restoring(other, path, keys.unlock, kekSourceOf([randomKek()]))).toMatchObject({
      ok: false,
      refusal: { code: 'restore-target-not-empty' },
    });
    expect(await dump(other)).toEqual(there);
    await other.dispose();
  });
  it('opens a higher incarnation if one was used up already, and no lower one', async () => {
    expect(await restoring(empty, path, keys.unlock, kekSourceOf([randomKek()]), 1)).toMatchObject({
      ok: false,
      refusal: { code: 'restore-incarnation-too-low' },
    });
    expect(await restoring(empty, path, keys.unlock, kekSourceOf([randomKek()]), 7)).toMatchObject({ ok: true, value: { incarnation: 7 } });
  });
  it('ends a re-wrap that was under way', async () => {
    const other = await testVault();
    await other.client(ADMIN).command('key-ring.rewrap', {}, { commandId: randomUUID() });
    const rewrapping = join(folder, 'rewrapping.age');
    await createBackup({ path: rewrapping, lock: keys.lock, databaseUrl: other.url, kek: kekSourceOf(other.held) });
    await other.dispose();
    await restoring(empty, rewrapping, keys.unlock, kekSourceOf([randomKek()]));
    rmSync(rewrapping);
    const events = await empty.openLog().read(0, 100);
    expect(events.slice(-2)).toMatchObject([{ type: 'log.restored' }, { type: 'rewrap.completed', data: { success: false } }]);
    expect(verifyChain(events)).toMatchObject({ ok: true });
  });
});

describe('nothing is changed by', () => {
  it.each([
    ['a file that was cut', 'backup-damaged', (bytes: Buffer) => bytes.subarray(0, -40)],
    ['a file of which only the beginning is there', 'backup-not-opened', (bytes: Buffer) => bytes.subarray(0, 60)],
    ['an empty file', 'backup-not-opened', () => Buffer.alloc(0)],
    ['a changed byte', 'backup-damaged', (bytes: Buffer) => bytes.fill(bytes.at(-9)! ^ 1, bytes.length - 9, bytes.length - 8)],
    ['a changed header', 'backup-not-opened', (bytes: Buffer) => bytes.fill(bytes[40]! ^ 1, 40, 41)],
  ])('%s', async (_what, code, edit) => {
    const copy = mangled(path, edit);
    const nothing = await dump(empty);
    expect(await restoring(empty, copy, keys.unlock, kekSourceOf([randomKek()]))).toMatchObject({ ok: false, refusal: { code } });
    expect(await dump(empty)).toEqual(nothing);
    expect(await verifyBackup({ path: copy, unlock: keys.unlock })).toMatchObject({ ok: false, refusal: { code } });
    rmSync(copy);
  });
  it('another identity', async () => {
    const nothing = await dump(empty);
    const { unlock } = await agePair();
    expect(await restoring(empty, path, unlock, kekSourceOf([randomKek()]))).toMatchObject({
      ok: false,
      refusal: { code: 'backup-not-opened' },
    });
    expect(await dump(empty)).toEqual(nothing);
  });
  it.each([
    ['an edited event', 'backup-chain-broken', only('event', (line) => (line['recordedAt'] = '2026-01-01T00:00:00.000000Z'))],
    ['a missing last event', 'backup-damaged', without('event', true)],
    [
      'an exchanged ciphertext',
      'backup-chain-broken',
      lines((all) => all.map((line) => (line['sealed'] ? { ...line, sealed: 'AAAA' } : line))),
    ],
    ['a missing data key', 'backup-dek-missing', without('dek', true)],
    ['a line less than the trailer says', 'backup-damaged', without('dek', false)],
    ['a data key of another version', 'backup-key-unreadable', only('dek', (line) => (line['version'] = 2))],
    ['another KEK', 'backup-damaged', only('kek', (line) => (line['key'] = Buffer.alloc(32).toString('base64')))],
    ['a missing trailer', 'backup-damaged', (all: string[]) => all.slice(0, -1)],
    ['lines after the trailer', 'backup-damaged', (all: string[]) => [...all, all.at(-2)!]],
    ['another format', 'backup-format-unknown', only('header', (line) => (line['formatVersion'] = 3))],
    ['what is no JSON', 'backup-damaged', (all: string[]) => all.with(4, 'nothing')],
  ] as const)('%s', async (_what, code, edit) => {
    const copy = await rewritten(path, keys, edit);
    const nothing = await dump(empty);
    expect(await verifyBackup({ path: copy, unlock: keys.unlock })).toMatchObject({ ok: false, refusal: { code } });
    expect(await restoring(empty, copy, keys.unlock, kekSourceOf([randomKek()]))).toMatchObject({ ok: false, refusal: { code } });
    expect(await dump(empty)).toEqual(nothing);
    rmSync(copy);
  });
});
