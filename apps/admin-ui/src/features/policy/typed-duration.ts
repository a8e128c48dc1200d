import { DURATION_UNITS } from '../../shared/time/plain-duration.ts';
import type { DurationUnit } from '../../shared/time/plain-duration.ts';

export type TypedDuration = { readonly count: number | string; readonly unit: DurationUnit };

/** In milliseconds; not a number where what was typed is none. */
export const millisecondsOf = ({ count, unit }: TypedDuration): number =>
  count === '' ? Number.NaN : Math.round(Number(count) * DURATION_UNITS[unit]);
