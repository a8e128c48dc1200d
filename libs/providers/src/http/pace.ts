import type { ProviderHttp } from './provider-http.ts';

/** How many calls a provider takes in how long. */
export type ProviderRate = { readonly calls: number; readonly perMs: number };

/** What of the rate is used steadily, and what may come at once: so even three processes that are killed one after another stay within it. */
const STEADY = 0.85;
const AT_ONCE = 0.05;

export type PaceOptions = {
  readonly rate: ProviderRate;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

/** Lets calls through one after another, in the order in which they came, so that the rate is never exceeded (GCRA). */
export const createPace = ({ rate: { calls, perMs }, now, wait }: PaceOptions): (() => Promise<void>) => {
  const everyMs = perMs / (calls * STEADY);
  const aheadMs = (Math.max(1, Math.floor(calls * AT_ONCE)) - 1) * everyMs;
  let next = 0;
  return async () => {
    const at = now();
    const opens = next - aheadMs;
    next = Math.max(next, at) + everyMs;
    if (opens > at) await wait(opens - at);
  };
};

/** The same client, each of whose calls waits for its turn. */
export const paced = (http: ProviderHttp, pace: () => Promise<void>): ProviderHttp => ({
  send: async (asked) => {
    await pace();
    return http.send(asked);
  },
});
