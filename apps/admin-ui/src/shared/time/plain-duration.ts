import { durations } from '../../strings-time.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const DURATION_UNITS = { days: DAY, hours: HOUR, minutes: MINUTE, seconds: SECOND, milliseconds: 1 } as const;
export type DurationUnit = keyof typeof DURATION_UNITS;
const UNITS = ['days', 'hours', 'minutes', 'seconds', 'milliseconds'] as const;

/** A duration in the largest unit that holds it without a rest, as people would type it. */
export const inUnits = (milliseconds: number): { readonly count: number; readonly unit: DurationUnit } => {
  if (milliseconds === 0) return { count: 0, unit: 'seconds' };
  const unit = UNITS.find((name) => milliseconds % DURATION_UNITS[name] === 0) ?? 'milliseconds';
  return { count: milliseconds / DURATION_UNITS[unit], unit };
};

/** `30 seconds`, `1 hour`, `7 days`: exact, in words. */
export const plainDuration = (milliseconds: number): string => {
  const { count, unit } = inUnits(milliseconds);
  return durations.exact[unit](count);
};
