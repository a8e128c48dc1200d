import { describe, expect, it } from 'vitest';
import { inFlight } from './in-flight.ts';

describe('inFlight', () => {
  it('does each piece once, and never more at a time than asked', async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await inFlight(3, 10, async (index) => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      done.push(index);
    });
    expect(done.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(3);
  });
});
