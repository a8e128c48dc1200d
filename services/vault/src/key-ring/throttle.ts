/** Measures time, and lets it pass. */
export type Pace = { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> };

/** How far behind its rate it may catch up at once. */
const SLACK_MS = 1_000;

/** Called after so many rows: returns when they may have taken so long at that rate. Milliseconds. */
export const throttle = (rowsPerSecond: number, { now, sleep }: Pace): ((rows: number) => Promise<void>) => {
  let next = now();
  return async (rows) => {
    const at = now();
    next = Math.max(next, at - SLACK_MS) + (rows * 1_000) / rowsPerSecond;
    await sleep(Math.max(0, next - at));
  };
};
