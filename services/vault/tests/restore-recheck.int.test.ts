import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { CredentialView, Errand } from '@keyturn/contracts/queries';
import { z } from 'zod';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../src/log/verify-chain.ts';
import { deleteOne, keeperOf, lostTailOf, registerGeneric, restoredVault, restoreView, shredsIn } from './restored-vault.ts';
import { A_SERVICE, ADMIN, grant, PASSWORD, registerOrders, testInstance, testReplica, type TestVault } from './test-vault.ts';

const GONE = 'system.generic.gone';
const ids = { orders: '', issuer: '', gone: '', kept: '' };

let both: Awaited<ReturnType<typeof restoredVault>>;
let vault: TestVault;
const running: { stop(): Promise<void> }[] = [];
const children = new Set<ChildProcess>();

/** Orders and its issuer can be tested, two generic ones can't; one of these is deleted after the backup. */
const restore = async (): Promise<void> => {
  both = await restoredVault(
    async (old) => {
      ({ credentialId: ids.orders, issuer: ids.issuer } = await registerOrders(old));
      ids.gone = await registerGeneric(old, GONE);
      ids.kept = await registerGeneric(old, 'system.generic.kept');
      await grant(old, 'orders');
    },
    (old) => deleteOne(old, ids.gone, GONE),
  );
  ({ vault } = both);
};
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await Promise.all(running.splice(0).map((each) => each.stop()));
  await both.dispose();
});

const shreds = async () => shredsIn(await both.old.events(), (await restoreView(vault))?.head.position ?? 0);
const keep = (lostTail: Parameters<typeof keeperOf>[1]) => {
  const keeper = keeperOf(vault, lostTail);
  running.push(keeper);
  return keeper;
};
const errands = async (): Promise<Errand[]> => {
  const answer = await vault.client(A_SERVICE).query('errand.list-open', {});
  return z.object({ items: z.array(Errand) }).parse(answer.ok ? answer.value.value : null).items;
};
type Verdict = 'valid' | 'invalid' | 'unreachable';
const report = (credentialId: string, verdict: Verdict) =>
  vault
    .client(ADMIN)
    .command(
      'errand.record-tested',
      { credentialId, version: 1, verdict, sentence: `said ${verdict}`, elapsedMs: 2 },
      { commandId: randomUUID() },
    );
const view = async (credentialId: string): Promise<CredentialView> => {
  const answer = await vault.client(ADMIN).query('credential.get', { credentialId });
  return CredentialView.parse(answer.ok ? answer.value.value : null);
};
const command = (name: string, data: object) => vault.client(ADMIN).command(name, data, { commandId: randomUUID() });
const isReleased = () => expect.poll(async () => (await restoreView(vault))?.status, { timeout: 10_000 }).toBe('released');
const logTypes = async () =>
  (await vault.sql<{ type: string }>(`SELECT type FROM events WHERE stream = 'log' ORDER BY position`)).map(({ type }) => type);

describe('while a restored vault is being checked', () => {
  it('consumers are given nothing and told nothing, no rotation begins, and the worker is asked for tests only', async () => {
    await restore();
    expect(await restoreView(vault)).toMatchObject({ status: 'held', incarnation: 2, remaining: 4, shreds: null });
    const instance = testInstance(vault, 'orders', '7f3a');
    expect(await instance.fetch()).toEqual({ ok: false, refusal: { code: 'restore-unchecked' } });
    expect(await instance.beat([{ credentialId: ids.orders, versions: [1] }])).toEqual({ ok: { current: [] } });
    expect(await command('rotation.request', { credentialId: ids.orders, reason: 'manual' })).toEqual({
      ok: false,
      refusal: { code: 'restore-unchecked' },
    });
    const open = await errands();
    expect(new Set(open.map(({ kind, credentialId }) => `${kind} ${credentialId}`))).toEqual(
      new Set([`test ${ids.issuer}`, `test ${ids.orders}`]),
    );
  });

  it('the worker is given the current version to test, and nothing else', async () => {
    await restore();
    const reveal = (data: object) => vault.client(ADMIN).command('epoch.reveal', data, { commandId: randomUUID(), wantsSecret: true });
    const given = await reveal({ credentialId: ids.orders, what: 'version', version: 1 });
    expect(given).toMatchObject({ ok: true });
    expect(given.ok && JSON.stringify(given.value.secret?.reveal())).toContain(PASSWORD);
    expect(await reveal({ credentialId: ids.orders, what: 'issuer' })).toEqual({
      ok: false,
      refusal: { code: 'not-allowed', action: 'epoch.reveal' },
    });
    await report(ids.orders, 'valid');
    expect(await reveal({ credentialId: ids.orders, what: 'version', version: 1 })).toMatchObject({ ok: false });
  });

  it('a value is given once it is tested, and it is known what was deleted since the backup', async () => {
    await restore();
    await report(ids.orders, 'valid');
    const instance = testInstance(vault, 'orders', '7f3a');
    expect(await instance.fetch()).toMatchObject({ refusal: { code: 'restore-unchecked' } });
    keep(lostTailOf(await shreds()));
    await expect.poll(async () => (await restoreView(vault))?.shreds).toMatchObject({ named: 1, deleted: 1 });
    await expect.poll(async () => (await instance.fetch()).ok).toBe(true);
    expect(await restoreView(vault)).toMatchObject({ status: 'held', remaining: 1 });
  });
});

describe('after a restore', () => {
  it('what the lost log had deleted is deleted again, and its data key is gone', async () => {
    await restore();
    expect(await view(ids.gone)).toMatchObject({ status: 'active' });
    keep(lostTailOf(await shreds()));
    await expect.poll(async () => (await view(ids.gone)).status).toBe('deleted');
    expect(await vault.sql('SELECT 1 FROM wrapped_deks WHERE credential_id = $1', [ids.gone])).toEqual([]);
    const [shred] = await shreds();
    expect((await vault.events()).slice(-8)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'credential.shredded', data: expect.objectContaining({ repeats: shred?.position }) }),
        expect.objectContaining({ type: 'credential.deleted', data: expect.objectContaining({ reason: 'no longer used' }) }),
      ]),
    );
    expect(await view(ids.kept)).toMatchObject({ status: 'active' });
  });

  it('publishes by itself once everything has its result, and what failed stands out', async () => {
    await restore();
    keep(lostTailOf(await shreds()));
    await expect.poll(async () => (await restoreView(vault))?.noTest).toBe(1);
    await report(ids.issuer, 'valid');
    expect((await restoreView(vault))?.sentence).toMatch(/^Waiting for the worker to test 1 current version\. Until then/);
    await report(ids.orders, 'invalid');
    await isReleased();
    expect(await restoreView(vault)).toMatchObject({
      remaining: 0,
      tested: 1,
      failed: 1,
      noTest: 1,
      failures: [{ credentialId: ids.orders, version: 1, sentence: 'said invalid' }],
      released: { reason: null, unchecked: 0, by: { id: 'vault' } },
    });
    expect((await view(ids.orders)).recheck).toMatchObject({ outcome: 'failed', version: 1, sentence: 'said invalid' });
    expect((await view(ids.issuer)).recheck).toMatchObject({ outcome: 'tested' });
    expect(await logTypes()).toEqual(['log.restored', 'log.shreds-repeated', 'log.released']);
    expect(await errands()).toEqual([]);
    expect(await testInstance(vault, 'orders', '7f3a').fetch()).toMatchObject({ ok: true });
    expect(await command('rotation.request', { credentialId: ids.orders, reason: 'manual' })).toMatchObject({ ok: true });
    expect(verifyChain(await vault.events())).toMatchObject({ ok: true });
  });

  it('waits for a provider that can’t be reached, records that once, and lets a person publish anyway', async () => {
    await restore();
    keep(lostTailOf(await shreds()));
    await report(ids.issuer, 'valid');
    for (let times = 0; times < 3; times += 1) await report(ids.orders, 'unreachable');
    await expect.poll(async () => (await restoreView(vault))?.shreds?.deleted).toBe(1);
    await expect.poll(async () => (await restoreView(vault))?.remaining).toBe(1); // what has no test has its result
    expect(await restoreView(vault)).toMatchObject({
      status: 'held',
      unreachable: 1,
      failures: [{ credentialId: ids.orders }],
    });
    const rechecked = await vault.sql(`SELECT 1 FROM events WHERE type = 'credential.rechecked' AND stream = $1`, [
      `credential-${ids.orders}`,
    ]);
    expect(rechecked).toHaveLength(1);
    expect((await errands()).map(({ credentialId }) => credentialId)).toEqual([ids.orders]);

    const published = await command('restore.publish', { reason: 'the provider is down until tomorrow' });
    expect(published).toMatchObject({ ok: true, value: { value: { incarnation: 2, unchecked: 1 } } });
    expect(await restoreView(vault)).toMatchObject({
      status: 'released',
      released: { reason: 'the provider is down until tomorrow', unchecked: 1, by: { id: 'ada' } },
    });
    expect(await command('restore.publish', { reason: 'again' })).toEqual({ ok: false, refusal: { code: 'nothing-to-release' } });
    expect(await testInstance(vault, 'orders', '7f3a').fetch()).toMatchObject({ ok: true });
  });

  it('waits for audit, and repeats the shreds after a person has published without them', async () => {
    await restore();
    const says = { isSilent: true, isUnknown: false };
    keep(lostTailOf(await shreds(), says));
    await report(ids.issuer, 'valid');
    await report(ids.orders, 'valid');
    await expect.poll(async () => (await restoreView(vault))?.remaining).toBe(0);
    says.isSilent = false;
    says.isUnknown = true; // it has not come to the backup's last event yet
    expect(await restoreView(vault)).toMatchObject({ status: 'held', sentence: expect.stringContaining('for audit to tell') });
    expect(await command('restore.publish', { reason: 'audit is gone' })).toMatchObject({ ok: true });
    expect(await view(ids.gone)).toMatchObject({ status: 'active' });
    says.isUnknown = false;
    await expect.poll(async () => (await view(ids.gone)).status, { timeout: 10_000 }).toBe('deleted');
    expect(await logTypes()).toEqual(['log.restored', 'log.released', 'log.shreds-repeated']);
  });

  it('another replica hears that it is over', async () => {
    await restore();
    const other = await testReplica(vault, vault.held);
    expect(other.hold.restore()).not.toBeNull();
    await command('restore.publish', { reason: 'no time' });
    await expect.poll(() => other.hold.restore()).toBeNull();
    other.hold.stop();
  });

  it('killed in the middle, it goes on at the next start, and says everything once', async () => {
    const MANY = 400;
    both = await restoredVault(
      async (old) => {
        for (let made = 0; made < MANY; made += 100) {
          await Promise.all(Array.from({ length: 100 }, (_, each) => registerGeneric(old, `system.generic.no-${made + each}`)));
        }
      },
      () => Promise.resolve(),
    );
    ({ vault } = both);
    const kek = Buffer.from(vault.held[0]!.key.reveal()).toString('base64');
    const child = fork(join(import.meta.dirname, 'restore-keeper-child.ts'), [vault.url.reveal(), kek]);
    children.add(child);
    await expect.poll(async () => (await restoreView(vault))?.noTest ?? 0, { interval: 2, timeout: 20_000 }).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await restoreView(vault)).toMatchObject({ status: 'held' });
    keep(lostTailOf([]));
    await isReleased();
    expect(await restoreView(vault)).toMatchObject({ noTest: MANY, remaining: 0, shreds: { named: 0, deleted: 0 } });
    const counted = await vault.sql(
      `SELECT type, count(*)::int AS times FROM events WHERE type IN ('credential.rechecked', 'log.released') GROUP BY type`,
    );
    expect(counted).toEqual(
      expect.arrayContaining([
        { type: 'credential.rechecked', times: MANY },
        { type: 'log.released', times: 1 },
      ]),
    );
  }, 60_000);
});

describe('a vault that was never restored', () => {
  it('holds nothing', async () => {
    await restore();
    expect(await both.old.client(ADMIN).query('restore.view', {})).toMatchObject({ ok: true, value: { value: { restore: null } } });
    expect(await testInstance(both.old, 'orders', '7f3a').fetch()).toMatchObject({ ok: true });
    const nothing = await both.old.client(ADMIN).command('restore.publish', { reason: 'why not' }, { commandId: randomUUID() });
    expect(nothing).toEqual({ ok: false, refusal: { code: 'nothing-to-release' } });
  });
});
