import { describe, expect, it } from 'vitest';
import { isWithin, nextOpening, type Window } from './rotation-window.ts';

const ms = (time: string): number => Date.parse(time);
const window = (days: string, from: string, to: string, timeZone = 'Europe/Vienna'): Window => ({
  days: days.split(' '),
  from,
  to,
  timeZone,
});
const ALL = 'mon tue wed thu fri sat sun';
/** In words: from when to when it is open next. */
const opening = (of: Window, at: string): string => {
  const found = nextOpening(of, ms(at));
  return found ? `${new Date(found.opens).toISOString().slice(0, 16)} ${(found.closes - found.opens) / 60_000} min` : 'never';
};

// 2026: Vienna goes to summer time on Sunday 29 March at 01:00 UTC (02:00 → 03:00), and back on Sunday 25 October at 01:00 UTC (03:00 → 02:00).

describe('a window', () => {
  it.each([
    // within, by the zone's own clock
    ['mon', '09:00', '17:00', '2026-03-02T07:59:00Z', false], // Monday 08:59 in winter
    ['mon', '09:00', '17:00', '2026-03-02T08:00:00Z', true],
    ['mon', '09:00', '17:00', '2026-03-02T15:59:59Z', true],
    ['mon', '09:00', '17:00', '2026-03-02T16:00:00Z', false],
    ['mon', '09:00', '17:00', '2026-07-06T07:00:00Z', true], // 09:00 in summer
    ['mon', '09:00', '17:00', '2026-07-06T15:00:00Z', false],
    ['tue', '09:00', '17:00', '2026-03-02T10:00:00Z', false],
    // over midnight it belongs to the day on which it opened
    ['mon', '22:00', '04:00', '2026-03-02T21:30:00Z', true], // Monday 22:30
    ['mon', '22:00', '04:00', '2026-03-03T02:30:00Z', true], // Tuesday 03:30
    ['mon', '22:00', '04:00', '2026-03-02T02:30:00Z', false], // Monday 03:30: of Sunday
    ['sun', '22:00', '04:00', '2026-03-02T02:30:00Z', true],
    // the day of the zone, not of UTC
    ['tue', '00:00', '02:00', '2026-03-02T23:30:00Z', true],
  ])('of %s %s–%s at %s is open: %s', (days, from, to, at, isOpen) => {
    expect(isWithin(window(days, from, to), ms(at))).toBe(isOpen);
  });

  it.each([
    // already open: from now on
    ['mon', '09:00', '17:00', 'Europe/Vienna', '2026-03-02T10:20:00Z', '2026-03-02T10:20 340 min'],
    // the same day, the next day, the next week
    ['mon', '09:00', '17:00', 'Europe/Vienna', '2026-03-02T01:07:00Z', '2026-03-02T08:00 480 min'],
    [ALL, '09:00', '17:00', 'Europe/Vienna', '2026-03-02T16:00:00Z', '2026-03-03T08:00 480 min'],
    ['mon', '09:00', '17:00', 'Europe/Vienna', '2026-03-02T16:00:00Z', '2026-03-09T08:00 480 min'],
    // offsets that are no whole hours, and the other half of the world
    ['mon', '09:15', '10:00', 'Asia/Kathmandu', '2026-03-01T00:00:00Z', '2026-03-02T03:30 45 min'],
    ['mon', '00:00', '01:00', 'Pacific/Auckland', '2026-03-01T00:00:00Z', '2026-03-01T11:00 60 min'],
    ['wed', '23:00', '00:00', 'UTC', '2026-03-02T00:00:00Z', '2026-03-04T23:00 60 min'],
  ])('of %s %s–%s in %s, asked at %s, opens %s', (days, from, to, zone, at, expected) => {
    expect(opening(window(days, from, to, zone), at)).toBe(expected);
  });

  it.each([
    // spring: before and after the change the same wall clock is another hour of UTC
    ['sat', '01:00', '05:00', '2026-03-27T12:00:00Z', '2026-03-28T00:00 240 min'],
    ['sun', '01:00', '05:00', '2026-03-28T12:00:00Z', '2026-03-29T00:00 180 min'], // an hour is missing
    ['mon', '01:00', '05:00', '2026-03-29T12:00:00Z', '2026-03-29T23:00 240 min'],
    // it would open at 02:30, which isn't there: at 03:00, the first time that is
    ['sun', '02:30', '04:00', '2026-03-28T12:00:00Z', '2026-03-29T01:00 60 min'],
    // all of it lies in the missing hour: a week later
    ['sun', '02:00', '03:00', '2026-03-28T12:00:00Z', '2026-04-05T00:00 60 min'],
    // autumn: the hour that comes twice is open twice
    ['sun', '02:00', '03:00', '2026-10-24T12:00:00Z', '2026-10-25T00:00 120 min'],
    ['sun', '01:00', '05:00', '2026-10-24T12:00:00Z', '2026-10-24T23:00 300 min'],
    ['mon', '01:00', '05:00', '2026-10-25T12:00:00Z', '2026-10-26T00:00 240 min'],
    // over midnight into the change
    ['sat', '22:00', '04:00', '2026-03-28T12:00:00Z', '2026-03-28T21:00 300 min'],
    ['sat', '22:00', '04:00', '2026-10-24T12:00:00Z', '2026-10-24T20:00 420 min'],
  ])('over a clock change: %s %s–%s, asked at %s, opens %s', (days, from, to, at, expected) => {
    expect(opening(window(days, from, to), at)).toBe(expected);
  });
});
