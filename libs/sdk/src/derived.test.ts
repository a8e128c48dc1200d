import { afterEach, describe, expect, it } from 'vitest';
import type { Derived } from './derived.ts';
import { ADDRESS, closeAll, FIRST, poolRecipe, SECOND, settle, start, until, type Pool } from './testing/start-instance.ts';

afterEach(closeAll);

const derive = async (steps: string[] = [], refused = new Set<string>()) => {
  const all = start();
  const secret = await all.keyturn.secret(ADDRESS);
  const pool: Derived<Pool> = await all.keyturn.derived(secret, poolRecipe(steps, refused));
  await until(() => all.vault.acks.length === 1);
  return { ...all, secret, pool };
};

describe('something derived', () => {
  it('is built, probed, swapped, acknowledged, and then the old one is drained', async () => {
    const steps: string[] = [];
    const { keyturn, vault, commit, held, pool } = await derive(steps);
    keyturn.onChange(({ version }) => void steps.push(`current ${version}, in use ${pool.version()}`));
    steps.splice(0);
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2 && held().join() === '2');
    expect(steps).toEqual(['build orders_kt1', 'probe orders_kt1', 'current 2, in use 2', 'drain orders']);
    expect(vault.heard.slice(-2).map(({ verb }) => verb)).toEqual(['ack', 'beat']);
    expect(vault.acks[1]).toMatchObject({ version: 2, generation: 2, ok: true, sentence: 'the probe passed' });
  });

  it('keeps the old one where the new one fails, says so in one word, and tries again', async () => {
    const refused = new Set([SECOND['password']!]);
    const { vault, commit, clock, pool, secret } = await derive([], refused);
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2);
    expect(vault.acks[1]).toMatchObject({ ok: false, sentence: 'the probe failed: 28P01', generation: 2 });
    expect([pool().fields, pool().isDrained, secret().reveal()]).toEqual([FIRST, false, FIRST]);
    refused.clear();
    await until(() => vault.acks.length === 3, clock);
    expect([vault.acks[2]?.ok, pool().fields]).toEqual([true, SECOND]);
  });

  it('leaves a failing generation as soon as there is another', async () => {
    const { vault, commit, rollBack, pool } = await derive([], new Set([SECOND['password']!]));
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2);
    rollBack(ADDRESS, 1);
    await until(() => vault.acks.length === 3);
    expect([vault.acks[2]?.ok, vault.acks[2]?.generation, pool().fields]).toEqual([true, 3, FIRST]);
  });

  it('counts as held until the last user of the old one is done, and then says so at once', async () => {
    const { vault, commit, held, pool } = await derive();
    const query = Promise.withResolvers<void>();
    const old = pool();
    const using = pool.use(() => query.promise);
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2);
    await settle();
    expect([held(), old.isDrained, pool().fields]).toEqual([[1, 2], false, SECOND]);
    query.resolve();
    await using;
    await until(() => held().join() === '2');
    expect(old.isDrained).toBe(true);
  });

  it('gives a user the fields that belong to what it uses', async () => {
    const { commit, pool, vault } = await derive();
    const seen = await pool.use(async (built, fields) => {
      commit(ADDRESS, SECOND);
      await until(() => vault.acks.length === 2);
      return [built.fields, fields];
    });
    expect(seen).toEqual([FIRST, FIRST]);
  });

  it('changes together with the others of its secret, or not at all', async () => {
    const refused = new Set<string>();
    const steps: string[] = [];
    const { keyturn, vault, commit, clock, secret, pool } = await derive(steps);
    const other = await keyturn.derived(secret, poolRecipe([], refused));
    refused.add(SECOND['password']!);
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2);
    expect([vault.acks[1]?.ok, pool().fields, other().fields]).toEqual([false, FIRST, FIRST]);
    expect(steps).toContain('drain orders_kt1');
    refused.clear();
    await until(() => vault.acks.length === 3, clock);
    expect([vault.acks[2]?.ok, pool().fields, other().fields]).toEqual([true, SECOND, SECOND]);
  });

  it('is not swapped to what never ends its probe', async () => {
    const { keyturn, vault, commit, clock, secret } = await derive();
    const hanging = await keyturn.derived(secret, {
      ...poolRecipe(),
      probe: ({ fields }) => (fields['username'] === 'orders' ? Promise.resolve() : new Promise(() => undefined)),
      probeTimeoutMs: 3_000,
    });
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2, clock);
    expect([vault.acks[1]?.sentence, hanging().fields]).toEqual(['the probe failed: TimedOut', FIRST]);
  });
});
