/** A count with its unit, in words. */
const counted =
  (one: string, many: string) =>
  (count: number): string =>
    `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** The words of durations. */
export const durations = {
  /** Exact, in one unit. */
  exact: {
    days: counted('day', 'days'),
    hours: counted('hour', 'hours'),
    minutes: counted('minute', 'minutes'),
    seconds: counted('second', 'seconds'),
    milliseconds: counted('millisecond', 'milliseconds'),
  },
  /** Short: at most two units, their figures ready. */
  short: {
    milliseconds: (milliseconds: string) => `${milliseconds} ms`,
    seconds: (seconds: string) => `${seconds} s`,
    minutes: (minutes: string, seconds: string) => `${minutes} min ${seconds} s`,
    hours: (hours: string, minutes: string) => `${hours} h ${minutes} min`,
    days: (days: string, hours: string) => `${days} d ${hours} h`,
  },
} as const;
