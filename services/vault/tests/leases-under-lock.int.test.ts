import { randomUUID } from 'node:crypto';
import { DEFAULT_POLICY } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPEND_LOCK } from '../src/adapters/postgres/read-facts.ts';
import { ADDRESS, ADMIN, FIELDS, grant, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
let credentialId: string;
let locker: Client;
beforeAll(async () => {
  vault = await testVault();
  ({ credentialId } = await registerOrders(vault));
  await grant(vault, 'orders');
  locker = await vault.session();
});
afterAll(() => vault.dispose());

const say = (name: string, data: object, secret?: Sensitive<unknown>) =>
  vault.client(ADMIN).command(name, { credentialId, ...data }, { commandId: randomUUID(), ...(secret ? { secret } : {}) });
const done = async (name: string, data: object, secret?: Sensitive<unknown>) =>
  expect(await say(name, data, secret)).toMatchObject({ ok: true });
const recorded = async (type: string) => (await vault.events()).filter((event) => event.type === type);

/** Done while an append already waits for its lock, whatever it has read before. */
const whileItWaits = async (act: () => Promise<unknown>) => {
  await locker.query(`BEGIN; SELECT pg_advisory_xact_lock(${APPEND_LOCK})`);
  const asked = say('epoch.start-revocation', { epoch: 1, version: 1 });
  const waiting = `SELECT count(*)::int AS n FROM pg_locks JOIN pg_database d ON d.oid = database
                   WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`;
  await expect.poll(async () => (await vault.sql(waiting))[0]?.['n']).toBeGreaterThan(0);
  await act();
  await locker.query('COMMIT');
  return await asked;
};

describe('the start of a revocation', () => {
  const laggard = () => testInstance(vault, 'orders', 'laggard');
  const silence = () => vault.sql('UPDATE leases SET silent_ms = $1', [DEFAULT_POLICY.lostAfterMs]);
  const said = { epoch: 1, version: 2 };
  beforeAll(async () => {
    await done('credential.change-policy', { policy: { preflightMs: 0, graceMs: 0 }, reason: 'a test' });
    const instance = laggard();
    await instance.fetch(ADDRESS);
    await done('rotation.request', {});
    const candidate = { ...said, publicFields: { ...FIELDS, username: 'orders_kt1' }, providerId: 'orders_kt1' };
    await done('epoch.stage-candidate', candidate, new Sensitive({ fields: { password: 'a second one' } }));
    await done('epoch.record-applied', said);
    await done('epoch.record-tested', { ...said, verdict: 'valid', sentence: 'It logs in.', elapsedMs: 1 });
    await done('epoch.commit', said);
    const idle = { idle: true, samples: 9, observedMs: 3_600_000, sentence: 'Nobody uses it.' };
    await done('epoch.record-evidence', { epoch: 1, version: 1, ...idle });
  });

  it('is refused where a lost instance beats, with the old version, while the append waits for its turn', async () => {
    await silence();
    const answer = await whileItWaits(() => laggard().beat([{ credentialId, versions: [1] }]));
    expect(answer).toMatchObject({
      ok: false,
      refusal: { code: 'revocation-not-proven', waitingFor: expect.stringMatching(/^orders\/laggard/u) },
    });
    expect(await recorded('credential.revocation-started')).toEqual([]);
  });
  it('goes on without an instance that is lost when it is decided, and names it', async () => {
    expect(await whileItWaits(silence)).toMatchObject({ ok: true });
    expect(await recorded('credential.revocation-started')).toMatchObject([{ data: { proof: { lost: ['orders/laggard'] } } }]);
  });
});
