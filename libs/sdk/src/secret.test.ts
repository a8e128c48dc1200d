import { afterEach, describe, expect, it } from 'vitest';
import type { Fields } from './held-version.ts';
import { ADDRESS, BEAT_MS, closeAll, FIRST, SECOND, settle, start, until } from './testing/start-instance.ts';

afterEach(closeAll);

describe('a secret', () => {
  it('gives all fields together, and the new ones after a rotation', async () => {
    const { keyturn, commit } = start();
    const secret = await keyturn.secret(ADDRESS);
    expect(secret().reveal()).toEqual(FIRST);
    commit(ADDRESS, SECOND);
    await until(() => secret().reveal()['username'] === 'orders_kt1');
    expect(secret().reveal()).toEqual(SECOND);
  });

  it('never pairs an old user with a new password', async () => {
    const { keyturn, commit } = start();
    const secret = await keyturn.secret(ADDRESS);
    const pairs = new Set<string>();
    const look = (): void => void pairs.add(`${secret().reveal()['username']} ${secret().reveal()['password']}`);
    commit(ADDRESS, SECOND);
    for (let turn = 0; turn < 100; turn += 1) {
      look();
      await new Promise((resolve) => void setImmediate(resolve));
    }
    expect([...pairs]).toEqual(['orders canary-one-7777', 'orders_kt1 canary-two-8888']);
  });

  it('is acknowledged when it is read, where nothing is derived from it', async () => {
    const { keyturn, vault, held, commit } = start();
    const secret = await keyturn.secret(ADDRESS);
    secret();
    await until(() => vault.acks.length === 1);
    commit(ADDRESS, SECOND);
    await until(() => keyturn.status().secrets[0]?.version === 2);
    await settle();
    expect([vault.acks.length, keyturn.status().secrets[0]?.holds]).toEqual([1, [1, 2]]);
    secret();
    await until(() => vault.acks.length === 2 && held().length === 1);
    expect(vault.acks[1]).toMatchObject({ version: 2, generation: 2, ok: true, sentence: 'read by the application' });
    expect(held()).toEqual([2]);
  });

  it('is handed out only after its own probe passed', async () => {
    const { keyturn, vault, commit } = start();
    const probed: string[] = [];
    const probe = (fields: Fields): Promise<void> => Promise.resolve(void probed.push(fields['username']!));
    const secret = await keyturn.secret(ADDRESS, { probe });
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2);
    expect([probed, secret().reveal()['username']]).toEqual([['orders', 'orders_kt1'], 'orders_kt1']);
  });

  it('keeps the version in the lease while it is in use', async () => {
    const { keyturn, vault, commit, held } = start();
    const secret = await keyturn.secret(ADDRESS, { probe: () => Promise.resolve() });
    const login = Promise.withResolvers<void>();
    const using = secret.use(() => login.promise);
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2);
    expect(keyturn.status().secrets[0]?.holds).toEqual([1, 2]);
    login.resolve();
    await using;
    await until(() => held().join() === '2');
  });

  it('says why it cannot be had when the wait ends', async () => {
    const { keyturn, clock } = start();
    const waiting = keyturn.secret('system.postgres.nothing', { timeoutMs: 5_000 }).catch((error: unknown) => error);
    await until(() => keyturn.status().secrets[0]?.trouble !== null);
    clock.advance(5_001);
    expect(await waiting).toMatchObject({
      name: 'SecretUnavailable',
      message: 'the secret system.postgres.nothing is not available: refused: credential-unknown',
    });
  });

  it('stops waiting when its signal aborts', async () => {
    const { keyturn, vault } = start();
    vault.outage = 'before';
    const stop = new AbortController();
    const waiting = keyturn.secret(ADDRESS, { signal: stop.signal }).catch((error: unknown) => error);
    stop.abort();
    expect(await waiting).toMatchObject({ name: 'SecretUnavailable' });
  });

  it('that nobody got is given up, and not held', async () => {
    const { keyturn, vault, clock, held } = start();
    const broken = keyturn.secret(ADDRESS, { probe: () => Promise.reject(new TypeError('no')), timeoutMs: 5_000 }).catch(() => 'gave up');
    await until(() => vault.acks.some(({ ok }) => !ok));
    expect(held()).toEqual([1]);
    await until(() => keyturn.status().secrets.length === 0, clock);
    expect(await broken).toBe('gave up');
    await until(() => held().length === 0);
  });

  it('is had as soon as the vault answers', async () => {
    const { keyturn, vault, clock } = start();
    vault.outage = 'before';
    const waiting = keyturn.secret(ADDRESS);
    await until(() => keyturn.status().secrets[0]?.trouble !== null);
    vault.outage = null;
    await until(() => keyturn.status().secrets[0]?.version === 1, clock);
    expect((await waiting)().reveal()).toEqual(FIRST);
  });

  it('keeps its last value through an outage, and catches up after it', async () => {
    const { keyturn, vault, nats, clock, commit } = start();
    const secret = await keyturn.secret(ADDRESS);
    nats.setConnected(false);
    commit(ADDRESS, SECOND);
    clock.advance(10 * BEAT_MS);
    await settle();
    expect(secret().reveal()).toEqual(FIRST);
    nats.setConnected(true);
    await until(() => secret().reveal()['username'] === 'orders_kt1');
    expect(vault.acks.every(({ ok }) => ok)).toBe(true);
  });
});
