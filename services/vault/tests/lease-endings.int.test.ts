import { randomUUID } from 'node:crypto';
import { DEFAULT_POLICY } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresLeaseEndings } from '../src/adapters/postgres/lease-endings.ts';
import { keepLeases } from '../src/subscribers/lease-endings.ts';
import { ADMIN, FIELDS, grant, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
let credentialId: string;

beforeAll(async () => {
  vault = await testVault();
  ({ credentialId } = await registerOrders(vault));
  await grant(vault, 'orders');
});
afterAll(() => vault.dispose());

const TICK_MS = 60_000;
const keep = () => vault.vault.keepLeases(TICK_MS);
const holding = async (instance: string) => {
  const speaker = testInstance(vault, 'orders', instance);
  expect(await speaker.fetch()).toMatchObject({ ok: true });
  return { ...speaker, beatsOn: () => speaker.beat([{ credentialId, versions: [1] }]) };
};
/** As long as its policy allows, and a millisecond less or more. */
const silence = (instance: string, more = 0) =>
  vault.sql('UPDATE leases SET silent_ms = $2 WHERE instance = $1', [instance, DEFAULT_POLICY.lostAfterMs + more]);
const endsOf = async (instance: string) =>
  (await vault.events()).filter(({ type, stream }) => type === 'lease.ended' && stream === `lease-orders.${instance}`);
const rowOf = async (instance: string) => (await vault.sql('SELECT ended FROM leases WHERE instance = $1', [instance]))[0];
const stateOf = async (instance: string) => {
  const answer = await vault.client(ADMIN).query('credential.consumers', { credentialId });
  const { items } = (answer.ok ? answer.value.value : { items: [] }) as { items: { instance: string; state: string }[] };
  return items.find((item) => item.instance === instance)?.state;
};
const command = async (name: string, data: object = {}, secret?: Sensitive<unknown>) =>
  expect(
    await vault.client(ADMIN).command(name, { credentialId, ...data }, { commandId: randomUUID(), ...(secret ? { secret } : {}) }),
  ).toMatchObject({ ok: true });

describe('a lost lease', () => {
  it('ends once in the log, whatever replicas keep the leases, and is forgotten', async () => {
    await holding('lost');
    await silence('lost', -1);
    await keep();
    expect(await endsOf('lost')).toEqual([]);
    await silence('lost');
    const replicas = [1, 2, 3].map(() => ({
      log: vault.openLog(),
      leases: vault.leases,
      endings: postgresLeaseEndings(vault.pool),
      policy: DEFAULT_POLICY,
    }));
    await Promise.all([...replicas, ...replicas].map((replica) => keepLeases(replica, TICK_MS)));
    expect(await endsOf('lost')).toMatchObject([
      { data: { consumer: 'orders', instance: 'lost', how: 'lost' }, meta: { actor: { kind: 'service', id: 'vault' } } },
    ]);
    expect(await rowOf('lost')).toBeUndefined();
    expect(await vault.sql('SELECT * FROM lease_endings')).toEqual([]);
  });

  it('begins anew when the instance comes back, which is told to fetch, and can be lost again', async () => {
    const back = await holding('back');
    await silence('back');
    await keep();
    expect(await back.beatsOn()).toEqual({ ok: { current: [], unknown: [credentialId] } });
    await back.fetch();
    expect(await back.beatsOn()).toMatchObject({ ok: { current: [{ credentialId, version: 1 }] } });
    expect(await stateOf('back')).toBe('live');
    await silence('back');
    await keep();
    expect(await endsOf('back')).toHaveLength(2);
  });

  it('is lost only when it is so for everything that it holds', async () => {
    const other = await registerOrders(vault, 'system.postgres.patient');
    await grant(vault, 'orders', 'system.postgres.*');
    await vault.sql(`UPDATE credential_upkeep SET body = body || '{"lostAfterMs": 999999999}' WHERE credential_id = $1`, [
      other.credentialId,
    ]);
    const speaker = await holding('patient');
    await speaker.fetch('system.postgres.patient');
    await silence('patient');
    await keep();
    expect([await endsOf('patient'), await stateOf('patient')]).toEqual([[], 'lost']);
    await vault.sql(`DELETE FROM leases WHERE instance = 'patient'`);
  });

  it('is named by a running rotation to its end, and lives on if the instance comes back meanwhile', async () => {
    const comesBack = await holding('comes-back');
    await holding('stays-away');
    await command('rotation.request');
    const of2 = { epoch: 1, version: 2 };
    const staged = { ...of2, publicFields: { ...FIELDS, username: 'orders_kt1' }, providerId: 'orders_kt1' };
    await command('epoch.stage-candidate', staged, new Sensitive({ fields: { password: 'new' } }));
    await silence('comes-back');
    await silence('stays-away');
    await keep();
    await keep();
    expect([await endsOf('comes-back'), await endsOf('stays-away')]).toMatchObject([[{}], [{}]]);
    expect([await stateOf('comes-back'), await stateOf('stays-away')]).toEqual(['lost', 'lost']);
    expect(await comesBack.beatsOn()).toMatchObject({ ok: { current: [{ credentialId }] } });
    expect([await stateOf('comes-back'), await stateOf('stays-away')]).toEqual(['live', 'lost']);
    await command('epoch.fail', { epoch: 1, step: 'apply', reasonCode: 'x', sentence: 'x' });
    await keep();
    expect([await stateOf('comes-back'), await stateOf('stays-away')]).toEqual(['live', undefined]);
  });
});

describe('a goodbye', () => {
  it('of which a vault that died recorded nothing is recorded by the next one, once', async () => {
    const speaker = await holding('orphan');
    const seq = Date.now();
    expect(await vault.endings.goodbye({ consumer: 'orders', instance: 'orphan', seq })).toMatchObject({ how: 'goodbye' });
    expect(await endsOf('orphan')).toEqual([]);
    await keep();
    await keep();
    await speaker.ask('goodbye', { seq: seq + 1 });
    expect(await endsOf('orphan')).toMatchObject([
      { data: { how: 'goodbye' }, meta: { actor: { kind: 'consumer', id: 'orders/orphan' } } },
    ]);
  });

  it('is not taken back by a beat that was sent before it', async () => {
    const speaker = await holding('late');
    await speaker.ask('goodbye', { seq: 1_000 });
    await speaker.beat([], 999);
    expect(await rowOf('late')).toEqual({ ended: 'goodbye' });
    await speaker.beat([], 1_001);
    expect(await rowOf('late')).toEqual({ ended: null });
  });

  it('is forgotten after an hour', async () => {
    const speaker = await holding('old');
    await speaker.ask('goodbye', {});
    await keep();
    expect(await rowOf('old')).toEqual({ ended: 'goodbye' });
    await vault.sql(`UPDATE leases SET last_beat_at = now() - interval '61 minutes' WHERE instance = 'old'`);
    await keep();
    expect(await rowOf('old')).toBeUndefined();
  });
});

describe('keeping the leases', () => {
  it('waits for nobody who writes leases in order, and so never deadlocks', async () => {
    await vault.sql(`DELETE FROM leases`);
    // In the table the second of them stands first: whoever takes them as they stand takes them in the wrong order.
    for (const instance of ['z-second', 'a-first']) await holding(instance);
    await vault.sql(`UPDATE leases SET last_beat_at = now() - interval '1 hour'`);
    await vault.sql(`UPDATE listening SET until = now() - interval '1 hour'`);
    const writer = await vault.session();
    const touch = (instance: string) => writer.query('UPDATE leases SET seq = seq + 1 WHERE instance = $1', [instance]);
    await writer.query('BEGIN');
    await touch('a-first');
    const ticked = vault.leases.tick(TICK_MS);
    await expect.poll(() => vault.sql(`SELECT silent_ms > 0 AS quiet FROM leases WHERE instance = 'z-second'`)).toEqual([{ quiet: true }]);
    await touch('z-second');
    await writer.query('COMMIT');
    await ticked;
    expect(await vault.sql(`SELECT silent_ms > 0 AS quiet FROM leases WHERE instance = 'a-first'`)).toEqual([{ quiet: false }]);
  });
});
