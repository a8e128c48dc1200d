import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RewrapCompleted } from '@keyturn/contracts/events';
import { KeyRingView } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileKeyWrapper } from '../src/adapters/file/file-key-wrapper.ts';
import { addToKekFile, createKekFile, readKekFile } from '../src/adapters/file/kek-file.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import type { KeyWrapper } from '../src/ports/key-wrapper.ts';
import type { RewrapStore } from '../src/ports/rewrap-store.ts';
import { openKeys } from '../src/secrets/open-keys.ts';
import { startRewrapper } from '../src/secrets/start-rewrapper.ts';
import { ADMIN, FIELDS, testVault, type TestVault } from './test-vault.ts';

/** Three batches, and three real credentials in a fourth. */
const ROWS = 300;
const CREDENTIALS = 3;
const keyOf = (row: number): Buffer => Buffer.alloc(32, `data key ${row} `);
const idOf = (row: number): string => `00000000-0000-7000-8000-${String(row).padStart(12, '0')}`;

let vault: TestVault;
let folder: string;
let kekFile: string;
let old: string;
let next: string;
let wrapper: KeyWrapper;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-rewrap-'));
  kekFile = join(folder, 'kek');
  await createKekFile(kekFile);
  vault = await testVault({ held: [...(await readKekFile(kekFile))] });
  [old = ''] = vault.held.map(({ id }) => id);
  next = await addToKekFile(kekFile);
  vault.held.push(...(await readKekFile(kekFile)).slice(1));
  wrapper = await fileKeyWrapper({ path: kekFile, create: false });
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await vault.dispose();
  await rm(folder, { recursive: true });
});

const admin = (name: 'key-ring.add' | 'key-ring.activate' | 'key-ring.retire' | 'key-ring.rewrap', kekId?: string) =>
  vault.client(ADMIN).command(name, kekId === undefined ? {} : { kekId }, { commandId: randomUUID() });
const view = async () => {
  const answer = await vault.client(ADMIN).query('key-ring.view', {});
  return KeyRingView.parse(answer.ok ? answer.value.value : null);
};

/** Data keys of versions that no log knows: enough for a re-wrap to take a while. */
const fill = async (rows = ROWS): Promise<void> => {
  const wrapped = await Promise.all(
    Array.from({ length: rows }, (_, row) =>
      wrapper.wrap(old, new Sensitive<Uint8Array>(keyOf(row)), { credentialId: idOf(row), version: 1 }),
    ),
  );
  await vault.sql(
    `INSERT INTO wrapped_deks (credential_id, version, kek_id, wrapped) SELECT id, 1, $2, wrapped FROM unnest($1::text[], $3::bytea[]) d (id, wrapped)`,
    [wrapped.map((_, row) => idOf(row)), old, wrapped.map((each) => Buffer.from(each.wrapped))],
  );
};

/** Every data key still opens, and to what it was. Answers how many hang on the old KEK. */
const openAll = async (): Promise<number> => {
  const rows = await vault.sql<{ id: string; kekId: string; wrapped: Buffer }>(
    `SELECT credential_id AS id, kek_id AS "kekId", wrapped FROM wrapped_deks WHERE credential_id LIKE '00000000-%' ORDER BY 1`,
  );
  for (const [row, { id, kekId, wrapped }] of rows.entries()) {
    const key = await wrapper.unwrap({ kekId, wrapped }, { credentialId: id, version: 1 });
    expect(Buffer.from(key.reveal()).equals(keyOf(row))).toBe(true);
  }
  return rows.filter(({ kekId }) => kekId === old).length;
};

const onOldKey = async (): Promise<number> => {
  const [row] = await vault.sql<{ rows: number }>('SELECT count(*)::int AS rows FROM wrapped_deks WHERE kek_id = $1', [old]);
  return row?.rows ?? 0;
};

const startChild = async (diesAt = ''): Promise<ChildProcess> => {
  const child = fork(join(import.meta.dirname, 'rewrap-child.ts'), [vault.url.reveal(), kekFile, diesAt], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.add(child);
  await once(child, 'message');
  return child;
};

/** Starts one that dies by itself at that place. */
const startDying = async (diesAt: 'before-batch' | 'after-batch' | 'own-keys' | 'completion'): Promise<void> => {
  const child = await startChild(diesAt);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  children.delete(child);
};

/** The re-wrap is asked for, under a new KEK. */
const askForRewrap = async (): Promise<void> => {
  await admin('key-ring.add', next);
  await admin('key-ring.activate', next);
  expect(await admin('key-ring.rewrap')).toMatchObject({ ok: true });
};
const completed = () => expect.poll(async () => (await view()).rewrap?.status, { timeout: 20_000 }).toBe('completed');

const register = async (name: string): Promise<string> => {
  const data = {
    credentialId: uuidv7(),
    address: `system.postgres.${name}`,
    credentialType: 'database_password',
    publicFields: FIELDS,
    untested: 'import',
  };
  const secret = new Sensitive({ fields: { password: `of ${name}` } });
  expect(
    await vault.client(ADMIN).command('credential.register', { ...data, issuer: null }, { commandId: randomUUID(), secret }),
  ).toMatchObject({
    ok: true,
  });
  return data.credentialId;
};

/** Each of them still is what was registered. */
const expectRevealed = async (names: ReadonlyMap<string, string>): Promise<void> => {
  for (const [credentialId, name] of names) {
    const data = { credentialId, reason: 'a test' };
    const shown = await vault.client(ADMIN).command('credential.reveal', data, { commandId: randomUUID(), wantsSecret: true });
    expect([name, shown.ok ? shown.value.secret?.reveal() : shown.refusal]).toMatchObject([name, { fields: { password: `of ${name}` } }]);
  }
};

describe('a re-wrap', () => {
  it('is killed before and after it writes each batch, while appends go on; all still opens, and nothing hangs on the old key in the end', async () => {
    await fill();
    const names = new Map<string, string>();
    const registered = async (name: string): Promise<void> => void names.set(await register(name), name);
    for (let each = 1; each <= CREDENTIALS; each += 1) await registered(`before-${each}`);
    await admin('key-ring.add', next);
    expect(await admin('key-ring.activate', next)).toMatchObject({ ok: true });
    expect(await admin('key-ring.rewrap')).toMatchObject({
      ok: true,
      value: { value: { kekId: next, totalCredentials: ROWS + CREDENTIALS } },
    });

    let kills = 0;
    /** One that dies there, while somebody registers; then all that ever was registered, and every row of the fill, opens. */
    const killedAt = async (diesAt: 'before-batch' | 'after-batch'): Promise<number> => {
      kills += 1;
      await Promise.all([startDying(diesAt), registered(`during-${kills}`)]);
      await openAll();
      await expectRevealed(names);
      return onOldKey();
    };
    const left: number[] = [await onOldKey()];
    while (left.at(-1) !== 0) {
      expect(await killedAt('before-batch')).toBe(left.at(-1));
      left.push(await killedAt('after-batch'));
    }
    await startChild();
    await completed();

    expect(left).toEqual([ROWS + CREDENTIALS, 203, 103, 3, 0]);
    expect(await openAll()).toBe(0);
    await expectRevealed(names);
    const { rewrap, keys } = await view();
    expect(rewrap?.result).toMatchObject({ success: true, totalCredentials: ROWS + CREDENTIALS, rotated: ROWS + CREDENTIALS, failed: 0 });
    expect(keys.find(({ kekId }) => kekId === old)?.uses).toEqual({ dataKeys: 0, sealingKeys: 0, identity: 0 });
    expect(keys.find(({ kekId }) => kekId === next)?.wraps).toBeGreaterThanOrEqual(ROWS + names.size);
    expect(await admin('key-ring.retire', old)).toMatchObject({ ok: true });
    await expectRevealed(names);
  }, 120_000);

  it('is killed among the vault’s own keys, which all still open, and moves the rest of them', async () => {
    await fill(10);
    const { keys: before } = await vault.ring.published();
    await askForRewrap();
    await startDying('own-keys');
    const uses = async () => (await view()).keys.map(({ kekId, uses: { sealingKeys, identity } }) => [kekId, sealingKeys, identity]);
    expect(Object.fromEntries((await uses()).map(([kekId, ...counts]) => [kekId, counts]))).toEqual({ [old]: [1, 0], [next]: [0, 1] });
    await openKeys(vault.opening); // the identity opens
    expect(await vault.ring.open(before[0]?.id ?? '')).not.toBeNull();
    await startChild();
    await completed();
    expect(Object.fromEntries((await uses()).map(([kekId, ...counts]) => [kekId, counts]))).toEqual({ [old]: [0, 0], [next]: [1, 1] });
    const recorded = (await vault.events()).findLast(({ type }) => type === 'rewrap.completed');
    expect(RewrapCompleted.parse(recorded).data).toMatchObject({ success: true, rotated: 10, ownKeys: 2 });
  });

  it('is killed after the last row and before it says so, and says so once, with what the first life moved', async () => {
    await fill(300);
    await askForRewrap();
    await startDying('completion');
    expect([await onOldKey(), (await view()).rewrap?.status]).toEqual([0, 'running']);
    await startChild();
    await completed();
    const recorded = (await vault.events()).filter(({ type }) => type === 'rewrap.completed');
    expect(recorded.map((event) => RewrapCompleted.parse(event).data)).toMatchObject([{ success: true, rotated: 300, failed: 0 }]);
    expect(await openAll()).toBe(0);
    expect(await admin('key-ring.retire', old)).toMatchObject({ ok: true });
  });

  it('brings back no data key that is shredded between its reading and its writing', async () => {
    await fill(10);
    const credentialId = await register('shredded');
    await askForRewrap();
    const gone = { credentialId, confirm: 'system.postgres.shredded', reason: 'no longer used', leftAliveBecause: 'nobody uses it' };
    /** What became of the deletion. */
    const deletions: unknown[] = [];
    const store: RewrapStore = {
      ...vault.rewraps,
      replace: async (runId, batch) => {
        const isIn = batch.some(({ before }) => before.credentialId === credentialId);
        if (isIn) deletions.push(await vault.client(ADMIN).command('credential.delete', gone, { commandId: randomUUID() }));
        return vault.rewraps.replace(runId, batch);
      },
    };
    const unreadable: unknown[] = [];
    const rewrapper = startRewrapper({
      log: vault.log,
      keks: vault.keks,
      logger: silentLogger,
      store,
      keeper: vault.wrapper,
      leadership: postgresLeadership({ url: vault.url, name: 'rewrap', retryMs: 20, logger: silentLogger }),
      onUnreadable: (dek) => Promise.resolve(void unreadable.push(dek)),
      newId: uuidv7,
      pollMs: 20,
      retryMs: 20,
      progressMs: 50,
      rowsPerSecond: 0,
    });
    await completed();
    await rewrapper.stop();
    expect(deletions).toMatchObject([{ ok: true }]);
    expect(unreadable).toEqual([]);
    expect(await vault.sql('SELECT 1 FROM wrapped_deks WHERE credential_id = $1', [credentialId])).toEqual([]);
    expect((await view()).rewrap?.result).toMatchObject({ success: true, rotated: 10, failed: 0 });
    expect(await openAll()).toBe(0);
  });

  it('leaves a data key that does not unwrap, records it, and is no success', async () => {
    await fill(250);
    await vault.sql(`UPDATE wrapped_deks SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) WHERE credential_id = $1`, [
      idOf(130),
    ]);
    await admin('key-ring.add', next);
    await admin('key-ring.activate', next);
    await admin('key-ring.rewrap');
    await startChild();
    await expect
      .poll(async () => (await view()).rewrap?.result, { timeout: 20_000 })
      .toMatchObject({
        success: false,
        totalCredentials: 250,
        rotated: 249,
        failed: 1,
      });
    const events = await vault.events();
    expect(events.filter(({ type }) => type === 'secret.open-refused').at(0)).toMatchObject({
      stream: `access-${idOf(130)}`,
      data: { credentialId: idOf(130), version: 1, part: 'data-key' },
    });
    expect(RewrapCompleted.parse(events.findLast(({ type }) => type === 'rewrap.completed')).data).toMatchObject({ failed: 1, ownKeys: 1 });
    expect(await admin('key-ring.retire', old)).toEqual({ ok: false, refusal: { code: 'kek-in-use', kekId: old, rows: 1 } });
  });

  it('says how far it is, now and then and not for each row', async () => {
    await fill(2_000);
    await admin('key-ring.add', next);
    await admin('key-ring.activate', next);
    await admin('key-ring.rewrap');
    await startChild();
    await expect.poll(async () => (await view()).rewrap?.status, { timeout: 20_000 }).toBe('completed');
    const said = (await vault.events()).filter(({ type }) => type === 'rewrap.progressed').map(({ data }) => data as { rotated: number });
    expect(said.length).toBeGreaterThan(0);
    expect(said.length).toBeLessThanOrEqual(20);
    expect(said.map(({ rotated }) => rotated).toSorted((a, b) => a - b)).toEqual(said.map(({ rotated }) => rotated));
  });
});
