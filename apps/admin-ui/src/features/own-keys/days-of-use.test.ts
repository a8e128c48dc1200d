import { describe, expect, it } from 'vitest';
import { daysOfUse, timesUsed } from './days-of-use.ts';

const NOW = Date.parse('2026-03-02T23:30:00Z');

describe('the days of use', () => {
  it('are the last thirty, today last, with what was counted', () => {
    const by_day = [
      { day: '2026-03-02', reveals: 1, resolutions: 40, fetches: 2 },
      { day: '2026-02-28', reveals: 0, resolutions: 5, fetches: 0 },
      { day: '2026-01-01', reveals: 9, resolutions: 9, fetches: 9 },
    ];
    const days = daysOfUse({ by_day }, NOW);
    expect(days).toHaveLength(30);
    expect(days.slice(-3)).toEqual([5, 0, 43]);
    expect(days.slice(0, -3).every((times) => times === 0)).toBe(true);
  });
  it('count every way in which a key is given out', () => expect(timesUsed({ reveals: 1, resolutions: 2, fetches: 3 })).toBe(6));
});
