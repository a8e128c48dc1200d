import { describe, expect, it } from 'vitest';
import { loadBetween, type LoadReading } from './load.ts';

const stats = {
  at: '',
  monotonicMs: 60_000,
  loginsTried: 10,
  loginsFailed: 1,
  queriesTried: 100,
  queriesFailed: 0,
  isAcknowledged: true,
  version: 1,
};
const reading = (takenAtMs: number, changed: Partial<typeof stats>, failures: readonly string[] = ['old']): LoadReading => ({
  takenAtMs,
  processes: [{ name: 'orders-one', stats: { ...stats, ...changed }, failures }],
});
const before = reading(0, {});

describe('loadBetween', () => {
  it('counts only what came since the first reading', () => {
    const after = reading(20_000, { monotonicMs: 79_900, loginsTried: 30, loginsFailed: 2, queriesTried: 500, queriesFailed: 1 }, [
      'old',
      'new',
    ]);
    expect(loadBetween(before, after)).toEqual({
      loginsTried: 20,
      loginsFailed: 1,
      queriesTried: 400,
      queriesFailed: 1,
      failures: ['new'],
      doubts: [],
    });
  });

  it('doubts a process that restarted, though its counters are past the old ones by now', () => {
    const after = reading(90_000, { monotonicMs: 70_000, loginsTried: 30, queriesTried: 500 });
    expect(loadBetween(before, after).doubts).toEqual(['orders-one restarted or stopped meanwhile, so its counters prove nothing']);
  });

  it('doubts counters that fell', () => {
    expect(loadBetween(before, reading(100, { monotonicMs: 60_100, queriesTried: 5 })).doubts).toHaveLength(1);
  });

  it('doubts a load that was none', () => {
    expect(loadBetween(before, reading(1_000, { monotonicMs: 61_000 })).doubts).toEqual([
      'orders-one tried no query, so nothing was under load',
    ]);
    expect(loadBetween({ takenAtMs: 0, processes: [] }, { takenAtMs: 1, processes: [] }).doubts).toHaveLength(1);
  });
});
