/** The database's clock as this process reckons it between two readings: never ahead of it, behind by a round trip at most. */
export type ReckonedClock = {
  /** What the database said just now, ISO 8601 with microseconds. */
  read(moment: string): void;
  /** In the same form, never before an earlier answer; null before the first reading. */
  now(): string | null;
};

const MICROSECONDS = /\.(\d{3})(\d{3})Z$/u;

/** A reading that is so much behind what was answered is no late one: the database's clock was set back, and it is the one that counts. */
const SET_BACK_MS = 1_000;

/** In milliseconds since 1970, with the microseconds as a fraction. */
const parse = (moment: string): number => Date.parse(moment) + Number(MICROSECONDS.exec(moment)?.[2] ?? 0) / 1_000;

const format = (milliseconds: number): string => {
  const micros = Math.floor((milliseconds % 1) * 1_000);
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
};

/** `monotonic` in milliseconds, unmoved by whoever sets the machine's clock. */
export const reckonedClock = (monotonic: () => number): ReckonedClock => {
  let reading: { readonly moment: number; readonly at: number } | null = null;
  let last = '';
  return {
    read: (moment) => {
      reading = { moment: parse(moment), at: monotonic() };
      if (parse(last) - parse(moment) > SET_BACK_MS) last = '';
    },
    now: () => {
      if (!reading) return null;
      const now = format(reading.moment + monotonic() - reading.at);
      last = now > last ? now : last;
      return last;
    },
  };
};
