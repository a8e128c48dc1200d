import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { silentLogger } from '@keyturn/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { logUpkeep } from '../src/adapters/postgres/log-upkeep.ts';
import { pruneTurns } from '../src/adapters/postgres/prune-turns.ts';
import { postgresTurnTable } from '../src/adapters/postgres/turn-table.ts';
import { ADMIN, testVault, type TestVault } from './test-vault.ts';

const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

let wish = { key: '', account: null as string | null, everyMs: 60_000, aheadMs: 0, withinMs: 3_600_000, comesBack: true };
beforeEach(() => {
  wish = { ...wish, key: randomUUID() };
});
const take = (more: Partial<typeof wish> = {}) => postgresTurnTable(vault.pool).take({ ...wish, ...more });
const hold = (forMs: number, key = wish.key) => postgresTurnTable(vault.pool).hold({ key, forMs, aheadMs: 0 });
/** In which minute from now. */
const minutes = (turns: readonly { readonly inMs: number }[]): number[] =>
  turns.map(({ inMs }) => Math.round(inMs / 60_000)).toSorted((a, b) => a - b);

describe('turns', () => {
  it('are each one’s own, however many ask at once', async () => {
    const turns = await Promise.all(Array.from({ length: 40 }, () => take()));
    expect(turns.every(({ isTaken }) => isTaken)).toBe(true);
    expect(minutes(turns)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });
  it('may be used ahead, and are of one key each', async () => {
    const ahead = { aheadMs: 120_000 };
    expect(minutes([await take(ahead), await take(ahead), await take(ahead), await take(ahead)])).toEqual([0, 0, 0, 1]);
    expect(minutes([await take({ key: randomUUID() })])).toEqual([0]);
  });
  it('are not taken by who can’t wait for them, who is told each another moment', async () => {
    await take();
    await hold(300_000);
    const away = await Promise.all(Array.from({ length: 2 }, () => take({ withinMs: 1_000 })));
    expect(away.some(({ isTaken }) => isTaken)).toBe(false);
    expect(minutes(away)).toEqual([5, 6]);
    expect(minutes([await take()])).toEqual([5]);
  });
  it('move nobody back for who doesn’t come back, and nobody further than a minute', async () => {
    await hold(300_000);
    const away = { withinMs: 1_000 };
    for (let asked = 0; asked < 5; asked += 1) expect(minutes([await take({ ...away, comesBack: false })])).toEqual([5]);
    expect(minutes([await take(away), await take(away), await take(away), await take(away)])).toEqual([5, 6, 6, 6]);
  });
  it('are kept from one account alone that the provider takes no calls from', async () => {
    const one = `${wish.key} as one`;
    await hold(600_000, one);
    const held = await take({ account: one });
    expect([held.isTaken, ...minutes([held]), Math.round(held.heldMs / 60_000)]).toEqual([false, 10, 10]);
    expect(await take({ account: `${wish.key} as another` })).toMatchObject({ isTaken: true, inMs: 0, heldMs: 0 });
    expect(minutes([await take()])).toEqual([1]);
  });
  it('come no sooner than the provider says, and a shorter word takes nothing back', async () => {
    await take();
    await hold(600_000);
    await hold(1_000);
    const next = await take();
    expect(minutes([next])).toEqual([10]);
    expect(Math.round(next.heldMs / 60_000)).toBe(10);
    expect(minutes([await take()])).toEqual([11]);
  });
  it('are held where nobody has called yet', async () => {
    await hold(600_000);
    expect(await take({ withinMs: 1_000 })).toMatchObject({ isTaken: false, inMs: expect.closeTo(600_000, -4) });
  });
  it.each(['30 minutes', '1 day'])('keep nobody waiting for a clock that was set back by %s', async (ahead) => {
    const soon = { withinMs: 30_000 };
    await take(soon);
    await hold(0, `${wish.key} as one`);
    const set = `next_at = now() + $2::interval, again_at = now() + $2::interval`;
    await vault.pool.query(`UPDATE provider_turns SET ${set} WHERE key = $1`, [wish.key, ahead]);
    expect(await take(soon)).toMatchObject({ isTaken: true, inMs: 0 });
    expect(await take(soon)).toMatchObject({ isTaken: false, inMs: expect.closeTo(60_000, -4) });
    await vault.pool.query(`UPDATE provider_turns SET held_until = now() + '1 day', ${set} WHERE starts_with(key, $1)`, [wish.key, ahead]);
    expect(await take({ ...soon, account: `${wish.key} as one` })).toMatchObject({ isTaken: true, inMs: 0, heldMs: 0 });
  });
});

describe('lines in which nobody stands', () => {
  const age = (key: string, column: 'next_at' | 'held_until' | 'again_at', by: string) =>
    vault.pool.query(`UPDATE provider_turns SET ${column} = now() - $2::interval WHERE key = $1`, [key, by]);
  const past = async (key: string) => {
    await take({ key });
    for (const column of ['next_at', 'held_until', 'again_at'] as const) await age(key, column, '1 day 1 minute');
  };
  const kept = async () => (await vault.pool.query<{ key: string }>('SELECT key FROM provider_turns')).rows.map(({ key }) => key);

  it('are forgotten when all of it is a day past, and not before', async () => {
    const [old, ...younger] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (const key of [old, ...younger]) await past(key);
    for (const [index, column] of (['next_at', 'held_until', 'again_at'] as const).entries())
      await age(younger[index] ?? '', column, '23 hours');
    expect(await pruneTurns(vault.pool)).toBe(1);
    expect(await kept()).toEqual(expect.arrayContaining(younger));
    expect(await kept()).not.toContain(old);
    expect(await take({ key: old })).toMatchObject({ isTaken: true, inMs: 0, heldMs: 0 });
  });
  it('are forgotten with the log’s upkeep, at each round position', async () => {
    await past(wish.key);
    logUpkeep(vault.pool, silentLogger)([{ position: 10_000 }]);
    await expect.poll(kept).not.toContain(wish.key);
  });
  it('are forgotten so many at a time', async () => {
    for (const key of [randomUUID(), randomUUID(), randomUUID()]) await past(key);
    expect([await pruneTurns(vault.pool, { limit: 2 }), await pruneTurns(vault.pool, { limit: 2 })]).toEqual([2, 1]);
  });
  it('are left where somebody takes a turn just then, whose turn stays taken', async () => {
    await past(wish.key);
    const taker = await vault.pool.connect();
    await taker.query('BEGIN');
    await taker.query('SELECT take_turn($1, NULL, $2, $3, $4, true)', [wish.key, wish.everyMs, wish.aheadMs, wish.withinMs]);
    expect(await pruneTurns(vault.pool)).toBe(0);
    await taker.query('COMMIT');
    taker.release();
    expect(await pruneTurns(vault.pool)).toBe(0);
    expect(minutes([await take()])).toEqual([1]);
  });
});

describe('who asks for a turn', () => {
  it('is the worker', async () => {
    const answer = await vault.client(WORKER).query('turn.take', wish);
    expect(answer).toMatchObject({ ok: true, value: { value: { isTaken: true, inMs: 0, heldMs: 0 } } });
    expect(await vault.client(WORKER).query('turn.hold', { key: wish.key, forMs: 600_000, aheadMs: 0 })).toMatchObject({ ok: true });
    expect(await vault.client(WORKER).query('turn.take', { ...wish, withinMs: 0 })).toMatchObject({
      value: { value: { isTaken: false } },
    });
  });
  it('is nobody of the people', async () => {
    const refusal = { code: 'not-allowed' };
    expect(await vault.client(ADMIN).query('turn.take', wish)).toMatchObject({ ok: false, refusal });
    expect(await vault.client(ADMIN).query('turn.hold', { key: wish.key, forMs: 1, aheadMs: 0 })).toMatchObject({ ok: false, refusal });
  });
});
