import { describe, expect, it } from 'vitest';
import { formatClock, formatDay, formatDuration, formatExact, formatMinute, formatRelative } from './format-time.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [41.4, '41 ms'],
    [812, '812 ms'],
    [3240, '3.24 s'],
    [41_250, '41.3 s'],
    [124_000, '2 min 04 s'],
    [3_900_000, '1 h 05 min'],
    [273_600_000, '3 d 4 h'],
  ])('says %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
  it('never shows a negative time when two clocks disagree', () => expect(formatDuration(-20)).toBe('0 ms'));
});

describe('formatRelative', () => {
  const now = Date.parse('2026-11-22T14:00:00Z');
  it.each([
    ['2026-11-22T14:00:00Z', 'now'],
    ['2026-11-22T13:59:48Z', '12 seconds ago'],
    ['2026-11-22T13:57:00Z', '3 minutes ago'],
    ['2026-11-22T11:59:00Z', '2 hours ago'],
    ['2026-11-21T13:00:00Z', 'yesterday'],
    ['2026-11-22T14:00:03Z', 'now'],
  ])('says %s as %s', (at, text) => expect(formatRelative(at, now, 'en')).toBe(text));
});

describe('exact times', () => {
  const where = { locale: 'en-GB', timeZone: 'UTC' };
  it('carry milliseconds and the zone', () => expect(formatExact('2026-11-22T14:13:10.412Z', where)).toBe('22 Nov 2026, 14:13:10.412 UTC'));
  it('are shorter where the day is plain', () => expect(formatClock('2026-11-22T04:13:10.412Z', where)).toBe('04:13:10.412'));
  it('are to the minute where they are to come', () =>
    expect(formatMinute('2026-11-22T04:13:10.412Z', where)).toBe('Sun, 22 Nov 2026, 04:13 UTC'));
  it('head a day', () => expect(formatDay('2026-11-22T04:13:10.412Z', where)).toBe('Sun, 22 Nov 2026'));
});
