import { describe, expect, it } from 'vitest';
import { NOW, testClock } from '../testing/test-app.ts';
import { requestLimit } from './request-limit.ts';

const start = (perMinute = 3) => {
  const clock = testClock();
  const limit = requestLimit({ perMinute, clock });
  const askAt = (ms: number, identity = 'ada'): number => {
    clock.set(NOW + ms);
    return limit.take(identity);
  };
  return askAt;
};

describe('a limit on requests', () => {
  it('lets a minute’s worth through at once, and then says when to come again', () => {
    const askAt = start();
    expect([0, 0, 0, 0].map((ms) => askAt(ms))).toEqual([0, 0, 0, 20]);
    expect(askAt(5_000)).toBe(15);
    expect(askAt(20_000)).toBe(0);
    expect(askAt(20_000)).toBe(20);
  });

  it('is each identity’s own', () => {
    const askAt = start(1);
    expect([askAt(0), askAt(0), askAt(0, 'bob')]).toEqual([0, 60, 0]);
  });

  it('saves up no more than a minute’s worth', () => {
    const askAt = start();
    askAt(0);
    expect([1, 2, 3, 4].map(() => askAt(3_600_000))).toEqual([0, 0, 0, 20]);
  });

  it('gives nothing for a clock that goes back', () => {
    const askAt = start(1);
    expect([askAt(0), askAt(-60_000)]).toEqual([0, 60]);
  });
});
