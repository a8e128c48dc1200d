import { describe, expect, it } from 'vitest';
import { inUnits, plainDuration } from './plain-duration.ts';

describe('a duration in words', () => {
  it.each([
    [0, '0 seconds'],
    [250, '250 milliseconds'],
    [1_000, '1 second'],
    [90_000, '90 seconds'],
    [3_600_000, '1 hour'],
    [7 * 86_400_000, '7 days'],
  ])('%i ms is %s', (milliseconds, words) => expect(plainDuration(milliseconds)).toBe(words));

  it('is taken apart as people would type it', () => expect(inUnits(5_400_000)).toEqual({ count: 90, unit: 'minutes' }));
});
