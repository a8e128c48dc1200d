import { describe, expect, it } from 'vitest';
import { backoff } from './backoff.ts';

describe('the wait before the next try', () => {
  it('doubles up to its cap', () =>
    expect([0, 1, 2, 10, 1_000].map((attempt) => backoff(attempt, { base: 100, cap: 1_000, random: 1 }))).toEqual([
      100, 200, 400, 1_000, 1_000,
    ]));
  it('is at least half of that, by chance', () => expect(backoff(1, { base: 100, cap: 1_000, random: 0 })).toBe(100));
});
