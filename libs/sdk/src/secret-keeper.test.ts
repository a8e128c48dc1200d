import { afterEach, describe, expect, it } from 'vitest';
import type { Secret } from './secret.ts';
import { ADDRESS, BEAT_MS, closeAll, FIRST, SECOND, settle, start, THIRD, until } from './testing/start-instance.ts';

afterEach(closeAll);

const taken = async (): Promise<ReturnType<typeof start> & { secret: Secret }> => {
  const all = start();
  const secret = await all.keyturn.secret(ADDRESS);
  secret();
  await until(() => all.vault.acks.length === 1);
  return { ...all, secret };
};

describe('news', () => {
  it('that was lost costs a beat', async () => {
    const { vault, secret, clock } = await taken();
    vault.commit(ADDRESS, SECOND); // without a notice
    await settle();
    expect(secret().reveal()).toEqual(FIRST);
    clock.advance(BEAT_MS);
    await until(() => secret().reveal()['username'] !== 'orders');
    expect(secret().reveal()).toEqual(SECOND);
  });

  it('of one generation, heard several times, costs one fetch', async () => {
    const { nats, vault, verbs, keyturn } = await taken();
    const notice = vault.commit(ADDRESS, SECOND);
    const bus = nats.bus();
    for (let time = 0; time < 5; time += 1) bus.publish(`keyturn.evt.${ADDRESS}.credential.rotated`, notice);
    await until(() => keyturn.status().secrets[0]?.version === 2);
    bus.publish(`keyturn.evt.${ADDRESS}.credential.rotated`, notice);
    await settle();
    expect(verbs('fetch')).toHaveLength(2);
  });

  it('of an older generation changes nothing', async () => {
    const { nats, vault, commit, verbs, secret } = await taken();
    const old = vault.commit(ADDRESS, SECOND);
    commit(ADDRESS, THIRD);
    await until(() => secret().reveal()['password'] === THIRD['password']);
    const fetches = verbs('fetch').length;
    nats.bus().publish(`keyturn.evt.${ADDRESS}.credential.rotated`, old);
    await settle();
    expect([verbs('fetch').length, secret().reveal()]).toEqual([fetches, THIRD]);
  });

  it('of a generation that does not exist costs one fetch, not many', async () => {
    const { nats, vault, verbs, clock } = await taken();
    const notice = vault.commit('system.postgres.other', SECOND);
    const forged = { ...notice, data: { ...notice.data, address: ADDRESS, generation: 999 } };
    nats.bus().publish(`keyturn.evt.${ADDRESS}.credential.rotated`, forged);
    await settle();
    clock.advance(BEAT_MS);
    await settle();
    expect(verbs('fetch')).toHaveLength(2);
  });

  it('of a rollback brings the earlier version back', async () => {
    const { commit, rollBack, secret } = await taken();
    commit(ADDRESS, SECOND);
    await until(() => secret().reveal()['username'] === 'orders_kt1');
    rollBack(ADDRESS, 1);
    await until(() => secret().reveal()['username'] !== 'orders_kt1');
    expect(secret().reveal()).toEqual(FIRST);
  });

  it('that it is disabled leaves the last good value, is asked about rarely, and ends when it is enabled', async () => {
    const { nats, vault, verbs, secret, keyturn, clock } = await taken();
    vault.refuseNext('fetch', { code: 'credential-disabled' });
    const disabled = vault.rollBack(ADDRESS, 1); // the same version under a new generation, as disabling makes it
    nats.bus().publish(`keyturn.evt.${ADDRESS}.credential.disabled`, disabled);
    await until(() => verbs('fetch').length === 2);
    await settle();
    clock.advance(4_000);
    await settle();
    expect(verbs('fetch')).toHaveLength(2);
    expect(secret().reveal()).toEqual(FIRST);
    expect(keyturn.status().secrets[0]?.trouble).toBe('refused: credential-disabled');
    nats.bus().publish(`keyturn.evt.${ADDRESS}.credential.enabled`, vault.rollBack(ADDRESS, 1));
    await until(() => verbs('fetch').length === 3);
    await until(() => keyturn.status().secrets[0]?.trouble === null);
    expect(secret().reveal()).toEqual(FIRST);
  });

  it('that cannot be read asks the vault what is current', async () => {
    const { nats, vault, secret } = await taken();
    vault.commit(ADDRESS, SECOND);
    nats.bus().publish(`keyturn.evt.${ADDRESS}.credential.rotated`, { from: 'a later version of the vault' });
    await until(() => secret().reveal()['username'] !== 'orders');
    expect(secret().reveal()).toEqual(SECOND);
  });
});
