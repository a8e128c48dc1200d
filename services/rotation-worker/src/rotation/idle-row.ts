/** An unbroken row of samples that all say the same: used, or not used. Times are the provider's own clock. */
export type IdleRow = {
  readonly version: number;
  readonly idle: boolean;
  readonly samples: number;
  readonly since: string;
  readonly last: string;
};

export type Sighting = { readonly version: number; readonly sampledAt: string; readonly sessions: number; readonly isGapless?: boolean };

/** How many intervals two samples of one row may lie apart: a longer gap could hide a use. */
const LONGEST_GAP = 3;
/** And at least this: a provider whose every answer takes longer than the intervals would otherwise never be seen idle. */
const LONGEST_GAP_AT_LEAST_MS = 5_000;

const msBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

/** For how long the row proves what it says. */
export const observedMs = ({ since, last }: IdleRow): number => Math.max(0, msBetween(since, last));

/**
 * From when on a use counts for the next sample. One that was seen breaks no later row again: a provider that tells only of the last use
 * would otherwise be found in use for ever.
 */
export const watchedFrom = (row: IdleRow | undefined, version: number): string | undefined => {
  if (row?.version !== version) return undefined;
  return row.idle ? row.since : row.last;
};

/** Adds a sample to the row, or begins a new one if it says something else, is of another version, or comes too late. */
export const extendRow = (row: IdleRow | undefined, { version, sampledAt, sessions, isGapless }: Sighting, everyMs: number): IdleRow => {
  const idle = sessions === 0;
  const gapMs = row ? msBetween(row.last, sampledAt) : 0;
  const longestGapMs = Math.max(LONGEST_GAP * everyMs, LONGEST_GAP_AT_LEAST_MS);
  const hidesUse = isGapless !== true && gapMs > longestGapMs;
  const breaks = !row || row.version !== version || row.idle !== idle || hidesUse || gapMs < 0;
  return breaks ? { version, idle, samples: 1, since: sampledAt, last: sampledAt } : { ...row, samples: row.samples + 1, last: sampledAt };
};
