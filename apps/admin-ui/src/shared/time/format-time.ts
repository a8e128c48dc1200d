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

type Where = { readonly locale?: string; readonly timeZone?: string };

/** One for each place: to make one costs far more than to write a time with it, and a list writes many. */
const perPlace = <Format>(make: (where: Where) => Format) => {
  const made = new Map<string, Format>();
  return (where: Where): Format => {
    const key = `${where.locale ?? ''} ${where.timeZone ?? ''}`;
    const format = made.get(key) ?? make(where);
    made.set(key, format);
    return format;
  };
};

const dateFormat = (options: Intl.DateTimeFormatOptions) =>
  perPlace(({ locale, timeZone }) => new Intl.DateTimeFormat(locale, { ...options, ...(timeZone === undefined ? {} : { timeZone }) }));

const relativeFormat = perPlace(({ locale }) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

/** `now`, `12 seconds ago`, `yesterday`. A time slightly ahead of this browser's clock reads as now. */
export const formatRelative = (at: string, nowMs: number, locale?: string): string => {
  const agoMs = Math.max(0, nowMs - Date.parse(at));
  const format = relativeFormat(locale === undefined ? {} : { locale });
  const coarsest = UNITS.find(({ ms }) => agoMs >= ms);
  return coarsest === undefined ? format.format(0, 'second') : format.format(-Math.floor(agoMs / coarsest.ms), coarsest.unit);
};

const exactFormat = dateFormat({
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'short',
});

/** Day and time to the millisecond, with the zone, in the reader's own format. */
export const formatExact = (at: string, where: Where = {}): string => exactFormat(where).format(Date.parse(at));

const minuteFormat = dateFormat({
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

/** Day and time to the minute, with the zone: for what is to come. */
export const formatMinute = (at: string, where: Where = {}): string => minuteFormat(where).format(Date.parse(at));

const clockFormat = dateFormat({
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** The time of day to the millisecond, for columns in which the day is plain. */
export const formatClock = (at: string, where: Where = {}): string => clockFormat(where).format(Date.parse(at));

const dayFormat = dateFormat({
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
});

/** `22 Nov 2026`: heads the entries of one day. */
export const formatDay = (at: string, where: Where = {}): string => dayFormat(where).format(Date.parse(at));
