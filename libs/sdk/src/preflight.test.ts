import { afterEach, describe, expect, it } from 'vitest';
import type { Fields } from './held-version.ts';
import { ADDRESS, BEAT_MS, closeAll, FIRST, poolRecipe, SECOND, settle, start, THIRD, until } from './testing/start-instance.ts';

afterEach(closeAll);

const ME = 'orders/a1';

const derive = async (steps: string[] = [], refused = new Set<string>()) => {
  const all = start();
  const secret = await all.keyturn.secret(ADDRESS);
  const pool = await all.keyturn.derived(secret, poolRecipe(steps, refused));
  await until(() => all.vault.acks.length === 1);
  steps.splice(0);
  return { ...all, secret, pool };
};

describe('a pending version that this instance is asked to try', () => {
  it('is built, probed, reported and drained, and never seen by the application', async () => {
    const steps: string[] = [];
    const { keyturn, vault, clock, askPreflight, held, pool, secret } = await derive(steps);
    const changes: number[] = [];
    keyturn.onChange(({ version }) => void changes.push(version));
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => vault.preflights.length === 1, clock);
    expect(vault.preflights[0]).toMatchObject({ instance: 'a1', version: 2, ok: true, sentence: 'the probe passed' });
    await until(() => held().join() === '1');
    expect(steps).toEqual(['build orders_kt1', 'probe orders_kt1', 'drain orders_kt1']);
    expect([pool().fields, pool().isDrained, secret().reveal(), changes, vault.acks.length]).toEqual([FIRST, false, FIRST, [], 1]);
  });

  it('counts as held from the fetch to the end of its drain', async () => {
    const { keyturn, vault, clock, askPreflight, held, secret } = await derive();
    const draining = Promise.withResolvers<void>();
    await keyturn.derived(secret, {
      ...poolRecipe(),
      drain: ({ fields }) => (fields['username'] === 'orders_kt1' ? draining.promise : Promise.resolve()),
    });
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => vault.preflights.length === 1, clock);
    clock.advance(BEAT_MS);
    await settle();
    expect(held()).toEqual([1, 2]);
    draining.resolve();
    await until(() => held().join() === '1');
  });

  it('that fails is reported in one word, and what is in use stays', async () => {
    const { vault, clock, askPreflight, pool, keyturn, lines } = await derive([], new Set([SECOND['password']!]));
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => vault.preflights.length === 1, clock);
    expect(vault.preflights[0]).toMatchObject({ ok: false, sentence: 'the probe failed: 28P01' });
    expect([pool().fields, keyturn.status().secrets[0]?.trouble, keyturn.status().secrets[0]?.isAcknowledged]).toEqual([FIRST, null, true]);
    expect(lines.filter((line) => line.includes('canary'))).toEqual([]);
  });

  it('fails when one of several things that live on the secret fails', async () => {
    const refused = new Set<string>();
    const { keyturn, vault, clock, askPreflight, secret } = await derive();
    await keyturn.derived(secret, poolRecipe([], refused));
    refused.add(SECOND['password']!);
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => vault.preflights.length === 1, clock);
    expect(vault.preflights[0]?.ok).toBe(false);
  });

  it("is tried by the secret's own probe", async () => {
    const { keyturn, vault, clock, askPreflight } = start();
    const probed: string[] = [];
    await keyturn.secret(ADDRESS, { probe: (fields) => Promise.resolve(void probed.push(fields['username']!)) });
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => vault.preflights.length === 1, clock);
    expect(probed).toEqual(['orders', 'orders_kt1']);
  });

  it('is used after its commit like any other', async () => {
    const { vault, clock, askPreflight, commitPending, pool } = await derive();
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => vault.preflights.length === 1, clock);
    commitPending(ADDRESS);
    await until(() => pool().fields['username'] === 'orders_kt1');
    await until(() => vault.acks.length === 2);
    expect(vault.acks[1]).toMatchObject({ version: 2, generation: 2, ok: true });
  });

  it('does not hold up a commit that comes while it is tried', async () => {
    const { keyturn, vault, clock, askPreflight, commit, secret } = await derive();
    await keyturn.derived(secret, {
      ...poolRecipe(),
      probe: ({ fields }) => (fields['username'] === 'orders_kt1' ? new Promise(() => undefined) : Promise.resolve()),
    });
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => keyturn.status().secrets[0]?.holds.join() === '1,2', clock);
    commit(ADDRESS, THIRD);
    await until(() => secret().reveal()['password'] === THIRD['password']);
    await until(() => vault.preflights.length === 1, clock);
    expect(vault.preflights[0]).toMatchObject({ ok: false, sentence: 'the probe failed: TimedOut' });
  });

  it('costs a beat when the notice was lost', async () => {
    const { vault, clock } = await derive();
    vault.askPreflight(ADDRESS, SECOND, [ME]); // without a notice
    await settle();
    expect(vault.preflights).toEqual([]);
    clock.advance(BEAT_MS);
    await until(() => vault.preflights.length === 1, clock);
  });

  it('is tried once, however often the notice comes', async () => {
    const { vault, clock, nats, verbs } = await derive();
    const notice = vault.askPreflight(ADDRESS, SECOND, [ME]);
    const tell = (): void => nats.bus().publish(`keyturn.evt.${ADDRESS}.credential.preflight-asked`, notice);
    tell();
    tell();
    await until(() => vault.preflights.length === 1, clock);
    await settle();
    tell();
    await settle();
    clock.advance(BEAT_MS);
    await settle();
    expect([verbs('fetch').length, vault.preflights.length]).toEqual([2, 1]);
  });

  it('is reported again under one command id when the answer was lost', async () => {
    const { keyturn, vault, clock, askPreflight, verbs, secret } = await derive();
    const probe = ({ fields }: { readonly fields: Fields }): Promise<void> => {
      if (fields['username'] === 'orders_kt1') vault.outage = 'after';
      return Promise.resolve();
    };
    await keyturn.derived(secret, { ...poolRecipe(), probe });
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => verbs('ack').length === 3, clock);
    vault.outage = null;
    await until(() => keyturn.status().secrets[0]?.holds.join() === '1', clock);
    await settle();
    const ids = verbs('ack')
      .slice(1)
      .map(({ body }) => (body as { commandId: string }).commandId);
    expect([new Set(ids).size, vault.preflights.length]).toEqual([1, 1]);
  });

  it('is not fetched by an instance that was not named', async () => {
    const { clock, askPreflight, verbs } = await derive();
    askPreflight(ADDRESS, SECOND, ['orders/other', 'billing/a1']);
    clock.advance(BEAT_MS);
    await settle();
    expect(verbs('fetch')).toHaveLength(1);
  });

  it('is let go of when the vault wants it no more', async () => {
    const { vault, clock, askPreflight, keyturn, lines } = await derive();
    vault.refuseNext('fetch', { code: 'preflight-not-asked' });
    askPreflight(ADDRESS, SECOND, [ME]);
    await until(() => lines.some((line) => line.includes('preflight.not-given')), clock);
    expect(keyturn.status().secrets[0]?.holds).toEqual([1]);
  });
});
