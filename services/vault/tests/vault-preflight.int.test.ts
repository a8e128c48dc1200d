import { randomUUID } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  A_SERVICE,
  ADDRESS,
  ADMIN,
  FIELDS,
  grant,
  PASSWORD,
  registerOrders,
  testInstance,
  testVault,
  type TestVault,
} from './test-vault.ts';

const PENDING = `${PASSWORD}-of-version-2`;
const open: TestVault[] = [];

let vault: TestVault;
let credentialId: string;
let a: Instance;
let b: Instance;

type Instance = Awaited<ReturnType<typeof holding>>;
const holding = async (instance: string) => {
  const speaker = testInstance(vault, 'orders', instance);
  const got = await speaker.fetch();
  if (!got.ok) throw new Error(got.refusal.code);
  return { ...speaker, tryPending: () => speaker.fetch(ADDRESS, randomUUID(), { preflight: true }) };
};
const command = (name: string, data: object = {}, secret?: Sensitive<unknown>) =>
  vault.client(ADMIN).command(name, { credentialId, ...data }, { commandId: randomUUID(), ...(secret ? { secret } : {}) });
const expectDone = async (...asked: Parameters<typeof command>) => expect(await command(...asked)).toMatchObject({ ok: true });
const of2 = { epoch: 1, version: 2 };

/** Version 2 is tested, and both instances are asked to try it. */
beforeEach(async () => {
  vault = await testVault();
  open.push(vault);
  ({ credentialId } = await registerOrders(vault));
  await grant(vault, 'orders');
  [a, b] = [await holding('a'), await holding('b')];
  await expectDone('rotation.request');
  const staged = { ...of2, publicFields: { ...FIELDS, username: 'orders_kt1' }, providerId: 'orders_kt1' };
  await expectDone('epoch.stage-candidate', staged, new Sensitive({ fields: { password: PENDING } }));
  await expectDone('epoch.record-applied', of2);
  await expectDone('epoch.record-tested', { ...of2, verdict: 'valid', sentence: 'works', elapsedMs: 1 });
});
afterAll(async () => void (await Promise.all(open.map((one) => one.dispose()))));

const given = async (instance: Instance) => {
  const got = await instance.tryPending();
  if (!got.ok) throw new Error(got.refusal.code);
  return got;
};
const say = async (instance: Instance, works: boolean) => {
  const { given: fetched, secret } = await given(instance);
  return instance.ack(fetched, secret.ackKey, {}, works, 'preflight');
};
const lastOf = async (type: string) => (await vault.events()).findLast((event) => event.type === type);

describe('a preflight', () => {
  it('asks the live instances, gives them the pending version and nobody else, and lets it be committed when all said yes', async () => {
    expect(await a.tryPending()).toEqual({ ok: false, refusal: { code: 'preflight-not-asked' } });
    expect(await command('epoch.commit', of2)).toMatchObject({ ok: false, refusal: { code: 'version-not-preflighted' } });
    await expectDone('epoch.ask-preflight', of2);
    expect(await lastOf('credential.preflight-asked')).toMatchObject({ data: { version: 2, instances: ['orders/a', 'orders/b'] } });

    const { given: fetched, secret } = await given(a);
    expect(fetched).toMatchObject({ version: 2, generation: 1 });
    expect(secret.fields).toEqual({ ...FIELDS, username: 'orders_kt1', password: PENDING });
    expect(await lastOf('secret.revealed')).toMatchObject({
      data: { version: 2, recipient: 'orders/a', purpose: 'preflight, rotation 1' },
    });
    const late = await holding('late');
    expect(await late.tryPending()).toEqual({ ok: false, refusal: { code: 'preflight-not-asked' } });

    expect(await a.ack(fetched, secret.ackKey, {}, true, 'preflight')).toMatchObject({ ok: {} });
    expect(await command('epoch.commit', of2)).toMatchObject({ refusal: { waitingFor: 'orders/b' } });
    expect(await say(b, true)).toMatchObject({ ok: {} });
    await expectDone('epoch.commit', of2);
    expect(await lastOf('credential.rotated')).toMatchObject({ data: { to: 2, preflight: 'version 2 works for orders/a, orders/b' } });
    expect(await a.tryPending()).toEqual({ ok: false, refusal: { code: 'preflight-not-asked' } });
  });

  it('commits nothing after a "no", whatever is said afterwards', async () => {
    await expectDone('epoch.ask-preflight', of2);
    await say(a, true);
    await say(b, false);
    await say(b, true);
    expect(await command('epoch.commit', of2)).toMatchObject({
      refusal: { code: 'version-not-preflighted', waitingFor: "orders/b can't use version 2: 28P01" },
    });
    const next = await vault.client(A_SERVICE).query('epoch.next-step', { credentialId, epoch: 1 });
    expect(next.ok && next.value.value).toMatchObject({ step: 'fail-preflight', reasonCode: 'preflight-nacked' });
  });

  it('is told by a beat too, until the instance has answered', async () => {
    const asked = { credentialId, address: ADDRESS, version: 2 };
    const beat = (instance: Instance) => instance.beat([{ credentialId, versions: [1] }]);
    expect(await beat(a)).not.toHaveProperty('ok.preflights');
    await expectDone('epoch.ask-preflight', of2);
    expect(await beat(a)).toMatchObject({ ok: { preflights: [asked] } });
    await say(a, true);
    expect(await beat(a)).not.toHaveProperty('ok.preflights');
    expect(await beat(b)).toMatchObject({ ok: { preflights: [asked] } });
    await expectDone('epoch.fail', { epoch: 1, step: 'preflight', reasonCode: 'preflight-nacked', sentence: 'Over.' });
    expect(await beat(b)).not.toHaveProperty('ok.preflights');
  });

  it('asks those that came instead, when all who were asked have left', async () => {
    await expectDone('epoch.ask-preflight', of2);
    const successor = await holding('successor');
    for (const left of [a, b]) await left.ask('goodbye', {});
    const next = async () => {
      const answer = await vault.client(A_SERVICE).query('epoch.next-step', { credentialId, epoch: 1 });
      return answer.ok && answer.value.value;
    };
    expect(await next()).toMatchObject({ step: 'ask-preflight' });
    await expectDone('epoch.ask-preflight', of2);
    expect(await lastOf('credential.preflight-asked')).toMatchObject({ data: { instances: ['orders/successor'] } });
    expect(await next()).toMatchObject({ step: 'await-preflight', waitingFor: ['orders/successor'] });
    await say(successor, true);
    await expectDone('epoch.commit', of2);
  });

  it('asks no consumer without the grant, and names it', async () => {
    const reader = testInstance(vault, 'reports', 'one');
    const grants = (['read', 'ack'] as const).map((action) => ({ action, pattern: ADDRESS }));
    await vault.client(ADMIN).command('consumer.register', { consumer: 'reports', grants }, { commandId: randomUUID() });
    expect(await reader.fetch()).toMatchObject({ ok: true });
    await expectDone('epoch.ask-preflight', of2);
    expect(await lastOf('credential.preflight-asked')).toMatchObject({
      data: { instances: ['orders/a', 'orders/b'], ungranted: ['reports'] },
    });
    for (const asked of [a, b]) await say(asked, true);
    await expectDone('epoch.commit', of2);
    expect(await lastOf('credential.rotated')).toMatchObject({
      data: { preflight: 'version 2 works for orders/a, orders/b; not asked: no grant: reports' },
    });
  });

  it('needs the grant for it, both to get the version and to speak of it', async () => {
    await expectDone('epoch.ask-preflight', of2);
    const got = await given(a);
    const grants = (['read', 'ack'] as const).map((action) => ({ action, pattern: ADDRESS }));
    await vault.client(ADMIN).command('consumer.register', { consumer: 'orders', grants }, { commandId: randomUUID() });
    expect(await a.tryPending()).toMatchObject({ ok: false, refusal: { code: 'grant-missing' } });
    expect(await a.ack(got.given, got.secret.ackKey, {}, true, 'preflight')).toEqual({ refusal: { code: 'ack-invalid' } });
  });

  it('takes a word on the pending version as a trial only, and on a trial only of that version', async () => {
    await expectDone('epoch.ask-preflight', of2);
    const got = await given(a);
    expect(await a.ack(got.given, got.secret.ackKey, { version: 1 }, true, 'preflight')).toEqual({ refusal: { code: 'ack-invalid' } });
    expect(await a.ack(got.given, got.secret.ackKey)).toMatchObject({ refusal: { code: 'ack-stale' } });
  });
});

describe('a rollback', () => {
  it('makes the version before current again under a new generation, once, and says so', async () => {
    await expectDone('epoch.ask-preflight', of2);
    for (const instance of [a, b]) await say(instance, true);
    await expectDone('epoch.commit', of2);
    const back = await command('rotation.roll-back', { reason: 'it is slow' });
    expect(back.ok && back.value.value).toEqual({ credentialId, epoch: 1, version: 1, generation: 3 });
    expect(await command('rotation.roll-back', { reason: 'again' })).toEqual({ ok: false, refusal: { code: 'nothing-to-roll-back' } });
    const got = await testInstance(vault, 'orders', 'a').fetch();
    expect(got).toMatchObject({ ok: true, given: { version: 1, generation: 3 } });
    const view = await vault.client(ADMIN).query('rotation.get', { credentialId, epoch: 1 });
    expect(view.ok && view.value.value).toMatchObject({ from: 2, to: 1, rolledBack: { reason: 'it is slow', by: { id: 'ada' } } });
  });
});
