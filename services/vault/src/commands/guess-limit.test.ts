import { describe, expect, it } from 'vitest';
import { guessLimit } from './guess-limit.ts';

const MINUTE = 60_000;

const start = () => {
  let now = 0;
  const limit = guessLimit({ clock: { now: () => new Date(now) } });
  return { limit, pass: (ms: number) => void (now += ms) };
};
const wait = (retryAfterSeconds: number) => ({ ok: false, refusal: { retryAfterSeconds } });

describe('wrong values for a credential', () => {
  it('are let through ten times an hour, and again as the first ones grow old', () => {
    const { limit, pass } = start();
    for (let guess = 0; guess < 10; guess += 1) {
      expect(limit.begin('a').ok).toBe(true);
      pass(MINUTE);
    }
    expect(limit.begin('a')).toEqual(wait(50 * 60));
    expect(limit.begin('b').ok).toBe(true);
    pass(50 * MINUTE + 1);
    expect(limit.begin('a').ok).toBe(true);
    expect(limit.begin('a')).toEqual(wait(60));
  });

  it('count from before they are compared; right ones are taken back, once', () => {
    const { limit } = start();
    const guesses = Array.from({ length: 10 }, () => limit.begin('a'));
    expect(limit.begin('a')).toEqual(wait(60 * 60));
    const [right] = guesses;
    if (right?.ok) right.value.takeBack();
    if (right?.ok) right.value.takeBack();
    expect(limit.begin('a').ok).toBe(true);
    expect(limit.begin('a').ok).toBe(false);
  });
});
