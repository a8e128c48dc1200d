import { describe, expect, it } from 'vitest';
import { guessLimit } from './guess-limit.ts';

const MINUTE = 60_000;

describe('wrong values for a credential', () => {
  it('are let through ten times an hour, and again as the first ones grow old', () => {
    let now = 0;
    const limit = guessLimit({ clock: { now: () => new Date(now) } });
    for (let guess = 0; guess < 10; guess += 1) {
      expect(limit.secondsToWait('a')).toBe(0);
      limit.missed('a');
      now += MINUTE;
    }
    expect(limit.secondsToWait('a')).toBe(50 * 60);
    expect(limit.secondsToWait('b')).toBe(0);
    now = 60 * MINUTE + 1;
    expect(limit.secondsToWait('a')).toBe(0);
  });
});
