import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupView } from '@keyturn/contracts/queries';
import { silentLogger } from '@keyturn/telemetry';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import { Sensitive } from '@keyturn/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyBackup } from '../src/adapters/backup/verify-backup.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { submitToBackups } from '../src/commands/backup-job.ts';
import { ownJob } from '../src/commands/ring-job.ts';
import { startBackupper } from '../src/backups/start-backupper.ts';
import { restoring } from './backup-files.ts';
import { kekSourceOf } from './kek-source.ts';
import { padLog } from './pad-log.ts';
import { testLog } from './test-log.ts';
import { ADMIN, AUDITOR, registerOrders, testReplica, type TestVault } from './test-vault.ts';

const PADDING = 20_000;
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const unlock = { identities: [new Sensitive(identity)] };

let root: string;
let folder: string;
let recipientsFile: string;
let vault: TestVault;
const running: { stop(): Promise<void> }[] = [];
const children = new Set<ChildProcess>();

const openVault = async ({ padding = 0 } = {}): Promise<TestVault> => {
  const database = await testLog();
  if (padding > 0) await padLog(database, padding);
  return { ...database, ...(await testReplica(database, [randomKek()], { backupPlace: { folder, recipientsFile } })) };
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keyturn-start-backup-'));
  folder = join(root, 'backups');
  recipientsFile = join(root, 'recipients');
  mkdirSync(folder);
  writeFileSync(recipientsFile, `# who keeps the identity\n${recipient}\n`);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await Promise.all(running.splice(0).map((each) => each.stop()));
  await vault.dispose();
  rmSync(root, { recursive: true });
});

const start = (commandId: string = randomUUID(), actor = ADMIN) => vault.client(actor).command('backup.start', {}, { commandId });
const Started = z.object({ backupId: z.uuid(), file: z.string() });
const started = async (commandId?: string): Promise<z.infer<typeof Started>> => {
  const answer = await start(commandId);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return Started.parse(answer.value.value);
};
const list = async (): Promise<BackupView[]> => {
  const answer = await vault.client(ADMIN).query('backup.list', {});
  return z.object({ items: z.array(BackupView) }).parse(answer.ok ? answer.value.value : null).items;
};
const run = () => {
  const { log, folder: place, backups: progress, url } = vault;
  const leadership = postgresLeadership({ url, name: 'backup', retryMs: 20, logger: silentLogger });
  const backupper = startBackupper({
    log,
    folder: place,
    progress,
    leadership,
    newId: uuidv7,
    logger: silentLogger,
    pollMs: 20,
    retryMs: 20,
    progressMs: 10,
  });
  running.push(backupper);
  return backupper;
};
const ended = (backupId: string) =>
  expect
    .poll(async () => (await list()).find((each) => each.backupId === backupId)?.status, { timeout: 30_000 })
    .toMatch(/completed|failed/);
const backupEvents = async () =>
  (await vault.sql<{ type: string; data: string }>(`SELECT type, data FROM events WHERE stream = 'backups' ORDER BY position`)).map(
    ({ type, data }) => ({ type, data: JSON.parse(data) as Record<string, unknown> }),
  );

describe('a backup that is started over the API', () => {
  it('is written into the folder, whole and verified, and recorded with who asked for it', async () => {
    vault = await openVault();
    await registerOrders(vault);
    run();
    const { backupId, file } = await started();
    await ended(backupId);
    const [view] = await list();
    const size = statSync(join(folder, file)).size;
    expect(view).toMatchObject({ backupId, file, status: 'completed', by: { id: 'ada' }, bytes: size, failure: null });
    expect(readdirSync(folder)).toEqual([file]);
    const verified = await verifyBackup({ path: join(folder, file), unlock });
    expect(verified).toMatchObject({ ok: true, value: { head: view?.head, counts: { dek: 2 } } });
    const events = await backupEvents();
    expect(events.map(({ type }) => type)).toEqual(['backup.requested', 'backup.started', 'backup.completed']);
    expect(events.at(-1)?.data).toMatchObject({ head: view?.head, kekIds: [vault.held[0]!.id] });
    expect(JSON.stringify(events)).not.toContain(Buffer.from(vault.held[0]!.key.reveal()).toString('base64'));
  });

  it('is one, however often the same command comes', async () => {
    vault = await openVault();
    const commandId = randomUUID();
    const first = await started(commandId);
    expect(await started(commandId)).toEqual(first);
    expect(await start()).toEqual({ ok: false, refusal: { code: 'backup-running', backupId: first.backupId } });
    run();
    await ended(first.backupId);
    expect(await started(commandId)).toEqual(first);
    expect(readdirSync(folder)).toEqual([first.file]);
    const next = await started();
    expect(next.file).not.toBe(first.file);
    await ended(next.backupId);
    expect((await list()).map(({ backupId }) => backupId)).toEqual([next.backupId, first.backupId]);
  });

  it('is for admins', async () => {
    vault = await openVault();
    expect(await start(randomUUID(), AUDITOR)).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
  });

  it('says how far it is', async () => {
    vault = await openVault({ padding: PADDING });
    run();
    const { backupId } = await started();
    const seen = new Set<number>();
    await expect
      .poll(
        async () => {
          const view = (await list())[0];
          if (view?.status === 'running' && view.bytes > 0 && view.lines > 0) seen.add(view.bytes);
          return view?.status;
        },
        { timeout: 60_000, interval: 5 },
      )
      .toBe('completed');
    expect(seen.size).toBeGreaterThan(1);
    const view = (await list()).find((each) => each.backupId === backupId);
    expect(view?.lines).toBeGreaterThan(PADDING);
  });
});

describe('no backup is started', () => {
  it('where none is set up', async () => {
    const database = await testLog();
    vault = { ...database, ...(await testReplica(database, [randomKek()])) };
    expect(await start()).toEqual({
      ok: false,
      refusal: { code: 'backup-unconfigured', why: 'BACKUP_FOLDER and BACKUP_RECIPIENTS_FILE are not set' },
    });
  });
  it.each([
    ['whose recipients are missing', () => rmSync(recipientsFile), 'the file of BACKUP_RECIPIENTS_FILE can’t be read: ENOENT'],
    ['that names no recipient', () => writeFileSync(recipientsFile, '# none\n'), 'the file of BACKUP_RECIPIENTS_FILE names no recipient'],
    [
      'whose file holds an identity, which is not repeated',
      () => writeFileSync(recipientsFile, `${recipient}\n${identity}\n`),
      'recipient 2 in the file of BACKUP_RECIPIENTS_FILE is no age recipient',
    ],
    ['without its folder', () => rmSync(folder, { recursive: true }), 'the folder of BACKUP_FOLDER is not there'],
  ])('into a place %s', async (_what, spoil, why) => {
    vault = await openVault();
    spoil();
    expect(await start()).toEqual({ ok: false, refusal: { code: 'backup-unconfigured', why } });
    mkdirSync(folder, { recursive: true });
  });
});

describe('a backup that comes to nothing', () => {
  it('has failed, with the reason, where its recipients are exchanged for nonsense meanwhile', async () => {
    vault = await openVault();
    const { backupId } = await started();
    writeFileSync(recipientsFile, 'age1nonsense\n');
    run();
    await ended(backupId);
    expect((await list())[0]).toMatchObject({ status: 'failed', failure: { code: 'backup-unconfigured' }, head: null });
    expect(readdirSync(folder)).toEqual([]);
  });
  it('has failed where the vault is told to stop, and leaves nothing behind', async () => {
    vault = await openVault({ padding: PADDING });
    const backupper = run();
    const { backupId } = await started();
    await expect.poll(() => readdirSync(folder).length, { interval: 5 }).toBe(1);
    await backupper.stop();
    expect((await list())[0]).toMatchObject({ backupId, status: 'failed', failure: { code: 'vault-stopped' } });
    expect(readdirSync(folder)).toEqual([]);
    expect((await backupEvents()).at(-1)?.data).toMatchObject({ head: { position: expect.any(Number) } });
  });
  it('has failed where the vault was killed in the middle: the next start says so, clears up, and can make another', async () => {
    vault = await openVault({ padding: PADDING });
    const kek = Buffer.from(vault.held[0]!.key.reveal()).toString('base64');
    const child = fork(join(import.meta.dirname, 'backupper-child.ts'), [vault.url.reveal(), kek, folder, recipientsFile]);
    children.add(child);
    await once(child, 'message');
    const { backupId, file } = await started();
    await expect.poll(async () => (await list())[0]?.bytes ?? 0, { interval: 5, timeout: 30_000 }).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.partial$/)]);
    expect((await list())[0]).toMatchObject({ backupId, status: 'running' });

    run();
    await ended(backupId);
    expect((await list())[0]).toMatchObject({ status: 'failed', failure: { code: 'vault-stopped' } });
    expect(existsSync(join(folder, file))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
    const next = await started();
    await ended(next.backupId);
    expect((await list())[0]).toMatchObject({ backupId: next.backupId, status: 'completed' });
    expect(readdirSync(folder)).toEqual([next.file]);
  });
  it('keeps a file that was whole when its writer was killed', async () => {
    vault = await openVault();
    const { backupId, file } = await started();
    const { log } = vault;
    // what the log and the disk hold where the vault dies between the file's last step and its record
    await submitToBackups(log, { ...ownJob(uuidv7()), command: () => ({ type: 'backup.begin', backupId }) });
    writeFileSync(join(folder, file), 'whole');
    run();
    await ended(backupId);
    expect((await list())[0]).toMatchObject({ status: 'failed', failure: { sentence: expect.stringContaining('is there and whole') } });
    expect(readdirSync(folder)).toEqual([file]);
  });
  it('is settled by the restore of the very file that it made', async () => {
    vault = await openVault();
    await registerOrders(vault);
    run();
    const { backupId, file } = await started();
    await ended(backupId);
    const empty = await testLog();
    try {
      const held = [randomKek()];
      expect(await restoring(empty, join(folder, file), unlock, kekSourceOf(held))).toMatchObject({ ok: true });
      const replica = await testReplica(empty, held);
      const answer = await replica.client(ADMIN).query('backup.list', {});
      expect(answer).toMatchObject({
        ok: true,
        value: { value: { items: [{ backupId, status: 'failed', failure: { code: 'log-restored' } }] } },
      });
    } finally {
      await empty.dispose();
    }
  });
});
