import { describe, expect, it } from 'vitest';
import { manualClock } from './testing/manual-clock.ts';
import { isPassing, retryAfterMs } from './try-later.ts';

const clock = manualClock(Date.parse('2026-01-01T00:00:00Z'));
const waitOf = (text?: string): number => retryAfterMs({ headers: new Headers(text === undefined ? {} : { 'retry-after': text }) }, clock);

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['86400', 600_000],
    ['Thu, 01 Jan 2032 00:00:30 GMT', 600_000],
    ['soon', 0],
    ['-5', 0],
    [undefined, 0],
  ])('%s is %i ms', (text, ms) => {
    expect(waitOf(text)).toBe(ms);
  });
});

describe('a status', () => {
  it('passes or is a refusal', () => {
    const statuses = [400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504];
    expect(statuses.filter(isPassing)).toEqual([408, 429, 500, 502, 503, 504]);
  });
});
