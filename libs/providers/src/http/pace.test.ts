import { describe, expect, it } from 'vitest';
import { asOneWork } from './one-work.ts';
import { createPace, createPaces, type ProviderRate, TurnTooFar } from './pace.ts';

/** When calls get through that all come at once; `from`: when the process starts. */
const timesOf = async (rate: ProviderRate, count: number, from = 0): Promise<number[]> => {
  const times: number[] = [];
  const pace = createPace({ rate, now: () => from, wait: (ms) => Promise.resolve(void times.push(from + ms)) });
  for (let index = 0; index < count; index += 1) {
    const before = times.length;
    await pace();
    if (times.length === before) times.push(from);
  }
  return times;
};
const mostInWindow = (times: readonly number[], windowMs: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));

describe('a pace', () => {
  it.each<ProviderRate>([
    { calls: 1200, perMs: 300_000 },
    { calls: 20, perMs: 60_000 },
    { calls: 25, perMs: 1_000 },
    { calls: 1, perMs: 1_000 },
  ])('lets through no more than $calls calls in $perMs ms, also where the process is killed and started anew in between', async (rate) => {
    const first = await timesOf(rate, 3 * rate.calls);
    expect(mostInWindow(first, rate.perMs)).toBeLessThanOrEqual(rate.calls);
    const killedAt = rate.perMs / 2;
    const second = await timesOf(rate, 3 * rate.calls, killedAt);
    const both = [...first.filter((at) => at < killedAt), ...second];
    // A rate of one call leaves no room for a restart.
    expect(mostInWindow(both, rate.perMs)).toBeLessThanOrEqual(Math.max(2, rate.calls));
  });
  it('uses most of what there is', async () => {
    const times = await timesOf({ calls: 100, perMs: 1_000 }, 200);
    expect(times.at(-1)).toBeLessThan(2_400);
  });
  it('keeps nobody waiting who comes rarely', async () => {
    let at = 0;
    const waits: number[] = [];
    const pace = createPace({ rate: { calls: 10, perMs: 1_000 }, now: () => at, wait: (ms) => Promise.resolve(void waits.push(ms)) });
    for (let index = 0; index < 20; index += 1) {
      await pace();
      at += 200;
    }
    expect(waits).toEqual([]);
  });
});

describe('paces by server', () => {
  const rate = { calls: 1, perMs: 1_000 };
  const aClock = () => {
    const waits: number[] = [];
    let at = 0;
    const paces = createPaces({ rate, now: () => at, wait: (ms) => Promise.resolve(void waits.push(ms)) });
    return { paces, waits, pass: (ms: number) => void (at += ms) };
  };

  it('keep nobody waiting for what is called elsewhere', async () => {
    const { paces, waits } = aClock();
    await paces('a:1');
    await paces('b:1');
    expect(waits).toEqual([]);
    await paces('a:1');
    expect(waits).toHaveLength(1);
  });
  it('forget a server at which nobody called for a whole period, and nobody waits', async () => {
    const { paces, waits, pass } = aClock();
    for (const _call of [1, 2, 3]) await paces('a:1');
    expect(waits).toHaveLength(2);
    pass(1_001);
    await paces('a:1');
    expect(waits).toHaveLength(2);
  });
});

describe('a pace with a long queue', () => {
  /** A call each 500 ms, with `queued` calls waiting already. */
  const queueOf = (queued: number) => {
    const waits: number[] = [];
    const pace = createPace({ rate: { calls: 1, perMs: 425 }, now: () => 0, wait: (ms) => Promise.resolve(void waits.push(ms)) });
    return { pace, waits, fill: async () => void (await Promise.all(Array.from({ length: queued }, pace))) };
  };
  const sentAway = (work: Promise<unknown>): Promise<unknown> =>
    work.catch((thrown: unknown) => (thrown instanceof TurnTooFar ? thrown.inMs : thrown));

  it('sends work away that has little time, and each of it to another moment', async () => {
    const { pace, fill, waits } = queueOf(10);
    await fill();
    const before = waits.length;
    expect(await Promise.all([0, 1, 2].map(() => sentAway(asOneWork(pace))))).toEqual([5_000, 5_500, 6_000]);
    expect(waits).toHaveLength(before);
  });
  it('keeps what was begun waiting, and whatever else has time', async () => {
    const { pace, fill, waits } = queueOf(6);
    await fill();
    await asOneWork(async () => {
      await pace(); // in 3,000 ms: just let through
      await pace();
    });
    await pace();
    expect(waits.slice(-3)).toEqual([3_000, 3_500, 4_000]);
    expect(await sentAway(asOneWork(pace))).toBe(4_500);
  });
});
