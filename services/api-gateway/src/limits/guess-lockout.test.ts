import { describe, expect, it } from 'vitest';
import { NOW, testClock } from '../testing/test-app.ts';
import { guessLockout, MOST_GUESSES } from './guess-lockout.ts';

const start = () => {
  const clock = testClock();
  const lockout = guessLockout({ clock });
  const miss = (count: number, ip = '192.0.2.1'): void => {
    for (let guess = 0; guess < count; guess += 1) lockout.missed(ip);
  };
  return { clock, lockout, miss };
};

describe('guessing tokens', () => {
  it('is stopped for the rest of the minute after so many, and each address counts for itself', () => {
    const { clock, lockout, miss } = start();
    miss(MOST_GUESSES - 1);
    expect(lockout.secondsToWait('192.0.2.1', 'x')).toBe(0);
    clock.set(NOW + 10_000);
    miss(1);
    expect(lockout.secondsToWait('192.0.2.1', 'x')).toBe(50);
    expect(lockout.secondsToWait('192.0.2.2', 'x')).toBe(0);
    clock.set(NOW + 60_000);
    expect(lockout.secondsToWait('192.0.2.1', 'x')).toBe(0);
  });

  it('locks out no token that was good within the hour', () => {
    const { clock, lockout, miss } = start();
    lockout.proved('good');
    miss(MOST_GUESSES);
    expect([lockout.secondsToWait('192.0.2.1', 'good'), lockout.secondsToWait('192.0.2.1', 'other')]).toEqual([0, 60]);
    clock.set(NOW + 3_600_000);
    miss(MOST_GUESSES);
    expect(lockout.secondsToWait('192.0.2.1', 'good')).toBe(60);
  });
});
