import type { ScheduleEvent } from '@keyturn/contracts/events';

type Schedule = NonNullable<Extract<ScheduleEvent, { type: 'credential.schedule-changed' }>['data']['schedule']>;
export type Window = NonNullable<Schedule['window']>;

const MINUTE_MS = 60_000;
/** All offsets of today's time zones are whole quarters of an hour, and so are a window's bounds. */
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MINUTES = 24 * 60;
/** Every window opens within so long, whatever a clock change swallows. */
const LOOK_AHEAD_MS = 15 * 24 * 60 * MINUTE_MS;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs a thousand times what using it does. */
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formats.set(timeZone, made);
  return made;
};

/** What the wall clock of the zone shows. */
const wallClock = (ms: number, timeZone: string): { readonly day: string; readonly minutes: number } => {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  return { day: (parts.get('weekday') ?? '').toLowerCase(), minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
};

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const dayBefore = (day: string): string => DAYS[(DAYS.indexOf(day) + 6) % 7] ?? '';

/** Is it open now? One that goes over midnight belongs to the day on which it opened. */
export const isWithin = ({ days, from, to, timeZone }: Window, ms: number): boolean => {
  const { day, minutes } = wallClock(ms, timeZone);
  const [opens, closes] = [minutesOf(from), minutesOf(to)];
  if (opens < closes) return days.includes(day) && minutes >= opens && minutes < closes;
  return (days.includes(day) && minutes >= opens) || (days.includes(dayBefore(day)) && minutes < closes);
};

const quarterFrom = (ms: number): number => Math.floor(ms / QUARTER_MS) * QUARTER_MS;

const firstQuarter = (from: number, fits: (ms: number) => boolean): number | null => {
  for (let at = from; at < from + LOOK_AHEAD_MS; at += QUARTER_MS) if (fits(at)) return at;
  return null;
};

export type Opening = { readonly opens: number; readonly closes: number };

/** The first time at or after `ms` at which the window is open, and how long it stays so; null where it never opens. */
export const nextOpening = (window: Window, ms: number): Opening | null => {
  const isOpen = (at: number): boolean => isWithin(window, at);
  const opens = isOpen(ms) ? ms : firstQuarter(quarterFrom(ms) + QUARTER_MS, isOpen);
  if (opens === null) return null;
  const closes = firstQuarter(quarterFrom(opens) + QUARTER_MS, (at) => !isOpen(at));
  return { opens, closes: closes ?? opens + DAY_MINUTES * MINUTE_MS };
};
