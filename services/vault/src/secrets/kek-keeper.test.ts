import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { describe, expect, it } from 'vitest';
import { memoryKeyWrapper, randomKek } from '../adapters/memory/memory-key-wrapper.ts';
import { KekExhausted } from '../ports/kek-exhausted.ts';
import type { KekTable } from '../ports/kek-table.ts';
import { kekKeeper, WRAP_LIMIT } from './kek-keeper.ts';

const key = new Sensitive<Uint8Array>(new Uint8Array(32));

/** What outlives a crash: the counts, and which KEK is active. */
const durable = (active: string | null = null) => {
  const counted = new Map<string, number>();
  const table: KekTable & { active_: string | null; writes: number } = {
    active_: active,
    writes: 0,
    active: () => Promise.resolve(table.active_),
    uses: () => Promise.resolve([]),
    wraps: () => Promise.resolve(counted),
    reserve: async (kekId, wraps, limit) => {
      table.writes += 1;
      const total = (counted.get(kekId) ?? 0) + wraps;
      if (total > limit) return Promise.resolve(false);
      counted.set(kekId, total);
      return Promise.resolve(true);
    },
    replicas: { report: () => Promise.resolve(), list: () => Promise.resolve([]), leave: () => Promise.resolve() },
  };
  return { table, counted };
};

const opened = async (keks: KekTable, wrapLimit?: number, held = [randomKek()]) => {
  const wrapper = await memoryKeyWrapper(held);
  const first = held[0]?.id ?? '';
  const limit = wrapLimit === undefined ? {} : { wrapLimit };
  return { first, keeper: kekKeeper({ wrapper, keks, first, replica: 'r', goneMs: 1, logger: silentLogger, ...limit }) };
};

describe('the count of wraps', () => {
  it('is far below what NIST SP 800-38D allows for random nonces', () => expect(WRAP_LIMIT).toBeLessThanOrEqual(2 ** 32 / 4));
  it('is never behind what was wrapped, whenever the process dies', async () => {
    const { table, counted } = durable();
    const held = [randomKek()];
    let wrapped = 0;
    for (const lives of [1, 7, 5_000, 4_096, 3]) {
      const { keeper, first } = await opened(table, undefined, held);
      for (let time = 0; time < lives; time += 1) {
        await keeper.wrap(key, { time });
        wrapped += 1;
        expect(counted.get(first)).toBeGreaterThanOrEqual(wrapped);
      }
    }
    expect(counted.get(held[0]!.id)).toBeGreaterThanOrEqual(wrapped);
    expect(table.writes).toBeLessThan(10);
  });
  it('holds for wraps at once', async () => {
    const { table, counted } = durable();
    const { keeper, first } = await opened(table);
    await Promise.all(Array.from({ length: 10_000 }, (_, time) => keeper.wrap(key, { time })));
    expect(counted.get(first)).toBe(12_288);
  });
  it('stops the wrapping at the limit, and says what to do', async () => {
    const { table } = durable();
    const { keeper } = await opened(table, 10);
    for (let time = 0; time < 10; time += 1) await keeper.wrap(key, { time });
    const refused = keeper.wrap(key, {});
    await expect(refused).rejects.toBeInstanceOf(KekExhausted);
    await expect(refused).rejects.toThrow(/has wrapped 10 keys, as many as it may: rotate the KEK/);
  });
  it('begins anew with the next KEK', async () => {
    const { table, counted } = durable();
    const held = [randomKek(), randomKek()];
    const { keeper } = await opened(table, 10, held);
    for (let time = 0; time < 10; time += 1) await keeper.wrap(key, { time });
    table.active_ = held[1]!.id;
    await keeper.refresh();
    expect((await keeper.wrap(key, {})).kekId).toBe(held[1]!.id);
    expect([...counted.values()]).toEqual([10, 10]);
  });
});
