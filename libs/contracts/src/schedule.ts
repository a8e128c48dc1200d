import { z } from 'zod';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const Weekday = z.enum(WEEKDAYS);
export type Weekday = z.infer<typeof Weekday>;

/** A quarter of an hour on a wall clock: all offsets of today's time zones are whole quarters, so a clock change moves no boundary off them. */
const Quarter = z.string().regex(/^(?:[01]\d|2[0-3]):(?:00|15|30|45)$/, 'a time is hh:mm, a whole quarter of an hour');

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** When a rotation may begin: on these days from one time to another, by the clock of the zone. `to` before `from` is on the next day. */
export const RotationWindow = z
  .strictObject({
    days: z.array(Weekday).min(1).max(7),
    from: Quarter,
    to: Quarter,
    timeZone: z.string().max(64).refine(isTimeZone, 'it is no IANA time zone, such as Europe/Vienna'),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'the window is empty' });
export type RotationWindow = z.infer<typeof RotationWindow>;

/** A rotation without anybody's click. */
export const RotationSchedule = z.strictObject({
  /** Since the last commit. */
  rotateEveryMs: z
    .int()
    .min(1_000)
    .max(3_660 * DAY_MS),
  /** Any time, if not said. */
  window: RotationWindow.optional(),
  /** Each begins up to so much later, always the same for one version: so that not all begin at once. */
  jitterMs: z
    .int()
    .nonnegative()
    .max(7 * DAY_MS)
    .default(0),
});
export type RotationSchedule = z.infer<typeof RotationSchedule>;

/** How many days before it expires somebody is told, each once. */
export const RemindDaysBefore = z.array(z.int().min(1).max(365)).max(10);

export const DEFAULT_REMIND_DAYS: readonly number[] = [30, 7, 1];
