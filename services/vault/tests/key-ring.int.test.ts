import { randomUUID } from 'node:crypto';
import { KeyRingView } from '@keyturn/contracts/queries';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import { startRewrapper } from '../src/secrets/start-rewrapper.ts';
import { ADDRESS, ADMIN, AUDITOR, grant, registerOrders, testInstance, testReplica, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
beforeEach(async () => {
  vault = await testVault();
});
afterEach(() => vault.dispose());

const send = (name: 'add' | 'activate' | 'retire', kekId: string, at: Pick<TestVault, 'client'> = vault, actor = ADMIN) =>
  at.client(actor).command(`key-ring.${name}`, { kekId }, { commandId: randomUUID() });
const view = async () => {
  const answer = await vault.client(ADMIN).query('key-ring.view', {});
  if (!answer.ok) throw new Error(answer.refusal.code);
  return KeyRingView.parse(answer.value.value);
};
const states = async () => Object.fromEntries((await view()).keys.map(({ kekId, state }) => [kekId, state]));

/** Puts a new key on the vault's host and into the ring. */
const added = async (): Promise<string> => {
  const kek = randomKek();
  vault.held.push(kek);
  expect(await send('add', kek.id)).toMatchObject({ ok: true, value: { value: { kekId: kek.id, state: 'added' } } });
  return kek.id;
};
const rewrapper = (at: Awaited<ReturnType<typeof testReplica>> | TestVault = vault, rowsPerSecond = 0) =>
  startRewrapper({
    log: at.log,
    store: at.rewraps,
    keks: at.keks,
    keeper: at.wrapper,
    leadership: postgresLeadership({ url: vault.url, name: 'rewrap', retryMs: 20, logger: silentLogger }),
    onUnreadable: () => Promise.resolve(),
    newId: uuidv7,
    logger: silentLogger,
    pollMs: 20,
    retryMs: 20,
    progressMs: 0,
    rowsPerSecond,
  });
const rewrapped = async () => {
  await vault.client(ADMIN).command('key-ring.rewrap', {}, { commandId: randomUUID() });
  const running = rewrapper();
  await expect.poll(async () => (await view()).rewrap?.status, { timeout: 10_000 }).toBe('completed');
  await running.stop();
};

describe('the key ring', () => {
  it('begins with the key of the first start', async () => {
    const [first] = vault.held;
    expect((await vault.events()).map(({ type, stream }) => [type, stream])).toEqual([
      ['kek.added', 'key-ring'],
      ['kek.activated', 'key-ring'],
    ]);
    expect(await view()).toMatchObject({
      keys: [{ kekId: first?.id, state: 'active', uses: { dataKeys: 0, sealingKeys: 0, identity: 1 }, missingAt: [] }],
      replicas: [{ kekIds: [first?.id] }],
      rewrap: null,
    });
  });

  it('takes a key through its four states, and moves everything that hangs on it', async () => {
    const old = vault.held[0]!.id;
    const { credentialId } = await registerOrders(vault);
    await grant(vault, 'orders');
    const next = await added();
    expect(await send('activate', next)).toMatchObject({ ok: true, value: { value: { kekId: next, state: 'active' } } });
    expect(await states()).toEqual({ [old]: 'retiring', [next]: 'active' });
    expect(await send('retire', old)).toEqual({ ok: false, refusal: { code: 'kek-in-use', kekId: old, rows: 4 } });
    await rewrapped();
    const { rewrap } = await view();
    expect(rewrap).toMatchObject({ totalCredentials: 2, rotated: 2, failed: 0, remaining: 0, status: 'completed' });
    expect(rewrap?.result).toMatchObject({ success: true, totalCredentials: 2, rotated: 2, failed: 0 });
    expect((await vault.events()).at(-1)).toMatchObject({ type: 'rewrap.completed', data: { success: true, ownKeys: 2 } });
    expect(await send('retire', old)).toMatchObject({ ok: true });
    expect(await states()).toEqual({ [old]: 'retired', [next]: 'active' });
    for (const table of ['wrapped_deks', 'sealing_keys', 'vault_identity']) {
      expect(await vault.sql(`SELECT DISTINCT kek_id FROM ${table}`)).toEqual([{ kek_id: next }]);
    }
    vault.held.shift();
    const later = await testReplica(vault, [...vault.held]);
    const fetched = await testInstance({ ...vault, ...later }, 'orders', 'a').fetch(ADDRESS);
    expect(fetched).toMatchObject({ ok: true, given: { credentialId } });
  });

  it('wraps nothing more under a key that has wrapped as many as it may, and goes on under the next one', async () => {
    const [first] = vault.held;
    await registerOrders(vault);
    await vault.sql('UPDATE kek_wraps SET wraps = $1', [2 ** 30 - 4_096]);
    const other = await testReplica(vault, vault.held);
    const register = (): Promise<unknown> => registerOrders({ ...vault, ...other }, `system.postgres.${randomUUID()}`);
    await register(); // the last block of 4,096
    const third = await testReplica(vault, vault.held);
    const late = { ...vault, ...third };
    await expect(registerOrders(late, 'system.postgres.late')).rejects.toThrow('kek-exhausted');
    expect((await view()).keys).toMatchObject([{ kekId: first?.id, wraps: 2 ** 30 }]);
    const next = await added();
    await Promise.all([other.wrapper.report(), third.wrapper.report()]);
    expect(await send('activate', next)).toMatchObject({ ok: true });
    await registerOrders(late, 'system.postgres.late');
    expect(await vault.sql('SELECT DISTINCT wraps FROM kek_wraps WHERE kek_id = $1', [first?.id])).toEqual([{ wraps: String(2 ** 30) }]);
  });

  it('lets nobody but admins change it', async () => {
    expect(await send('add', randomKek().id, vault, AUDITOR)).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
  });

  it('takes no key that is not on the host of the vault', async () => {
    const { id } = randomKek();
    expect(await send('add', id)).toEqual({ ok: false, refusal: { code: 'kek-unknown', kekId: id } });
  });

  it('answers the open run where another is asked for', async () => {
    const ask = () => vault.client(ADMIN).command('key-ring.rewrap', {}, { commandId: randomUUID() });
    expect(await ask()).toEqual(await ask());
  });
});

describe('two replicas', () => {
  it('wait for each other before a key is active, and no longer than one is there', async () => {
    const other = await testReplica(vault, [...vault.held], { replicaGoneMs: 700 });
    const next = await added();
    const [self, waiting] = (await view()).replicas.toSorted((a, b) => b.kekIds.length - a.kekIds.length);
    expect([self?.kekIds.length, waiting?.kekIds.length]).toEqual([2, 1]);
    await other.wrapper.report();
    expect(await send('activate', next)).toEqual({
      ok: false,
      refusal: { code: 'kek-not-everywhere', kekId: next, waitingFor: waiting?.replica },
    });
    await expect.poll(() => send('activate', next), { timeout: 5_000 }).toMatchObject({ ok: true });
  });

  it('activate a key as soon as both hold it', async () => {
    const other = await testReplica(vault, [...vault.held]);
    const next = await added();
    expect(await send('activate', next)).toMatchObject({ refusal: { code: 'kek-not-everywhere' } });
    other.held.push(vault.held[1]!);
    await other.wrapper.report();
    expect(await send('activate', next)).toMatchObject({ ok: true });
  });

  it('do not wait for one that said goodbye', async () => {
    const other = await testReplica(vault, [...vault.held]);
    const next = await added();
    await other.wrapper.leave();
    expect(await send('activate', next)).toMatchObject({ ok: true });
  });

  it('wrap nothing under a key that the other one took out of use meanwhile', async () => {
    const other = await testReplica(vault, vault.held);
    const next = await added();
    await other.wrapper.report();
    await send('activate', next);
    // The other one has not heard of it: it wraps under the old key, is refused under the lock, and wraps anew.
    await registerOrders({ ...vault, ...other });
    expect(await vault.sql('SELECT DISTINCT kek_id FROM wrapped_deks')).toEqual([{ kek_id: next }]);
  });

  it('make no sealing key under a key that is out of use', async () => {
    const other = await testReplica(vault, vault.held);
    const next = await added();
    await other.wrapper.report();
    expect(await send('activate', next)).toMatchObject({ ok: true });
    await vault.sql('DELETE FROM sealing_keys');
    await other.ring.published();
    expect(await vault.sql('SELECT kek_id FROM sealing_keys')).toEqual([{ kek_id: next }]);
  });

  it('re-wrap one at a time, and one goes on where the other stopped', async () => {
    for (let time = 0; time < 3; time += 1) await registerOrders(vault, `system.postgres.orders-${time}`);
    await send('activate', await added());
    const other = await testReplica(vault, vault.held);
    await vault.client(ADMIN).command('key-ring.rewrap', {}, { commandId: randomUUID() });
    const both = [rewrapper(), rewrapper(other)];
    await expect.poll(async () => (await view()).rewrap?.result, { timeout: 10_000 }).toMatchObject({ success: true, rotated: 6 });
    await Promise.all(both.map((each) => each.stop()));
    expect((await vault.events()).filter(({ type }) => type === 'rewrap.completed')).toHaveLength(1);
  });
});
