import { durations } from '../../strings-time.ts';

const { short } = durations;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => String(value).padStart(2, '0');

/** `41 ms`, `3.2 s`, `2 min 04 s`, `1 h 05 min`, `3 d 4 h`: two figures that matter, never more. */
export const formatDuration = (milliseconds: number): string => {
  const ms = Math.max(0, milliseconds);
  const whole = (unit: number): string => String(Math.floor(ms / unit));
  if (ms < SECOND) return short.milliseconds(String(Math.round(ms)));
  if (ms < MINUTE) return short.seconds((ms / SECOND).toFixed(ms < 10 * SECOND ? 2 : 1));
  if (ms < HOUR) return short.minutes(whole(MINUTE), two(Math.floor((ms % MINUTE) / SECOND)));
  if (ms < DAY) return short.hours(whole(HOUR), two(Math.floor((ms % HOUR) / MINUTE)));
  return short.days(whole(DAY), String(Math.floor((ms % DAY) / HOUR)));
};

const UNITS = [
  { unit: 'day', ms: DAY },
  { unit: 'hour', ms: HOUR },
  { unit: 'minute', ms: MINUTE },
  { unit: 'second', ms: SECOND },
] as const;

/** `now`, `12 seconds ago`, `yesterday`. A time slightly ahead of this browser's clock reads as now. */
export const formatRelative = (at: string, nowMs: number, locale?: string): string => {
  const agoMs = Math.max(0, nowMs - Date.parse(at));
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const coarsest = UNITS.find(({ ms }) => agoMs >= ms);
  return coarsest === undefined ? format.format(0, 'second') : format.format(-Math.floor(agoMs / coarsest.ms), coarsest.unit);
};

type Where = { readonly locale?: string; readonly timeZone?: string };

/** Day and time to the millisecond, with the zone, in the reader's own format. */
export const formatExact = (at: string, { locale, timeZone }: Where = {}): string =>
  new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(Date.parse(at));

/** Day and time to the minute, with the zone: for what is to come. */
export const formatMinute = (at: string, { locale, timeZone }: Where = {}): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(Date.parse(at));

/** The time of day to the millisecond, for columns in which the day is plain. */
export const formatClock = (at: string, { locale, timeZone }: Where = {}): string =>
  new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(Date.parse(at));

/** `22 Nov 2026`: heads the entries of one day. */
export const formatDay = (at: string, { locale, timeZone }: Where = {}): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(Date.parse(at));
