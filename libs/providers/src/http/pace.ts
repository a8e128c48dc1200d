import { beginsWork, workBegan } from './one-work.ts';
import type { ProviderHttp } from './provider-http.ts';

/** How many calls a provider takes in how long. */
export type ProviderRate = { readonly calls: number; readonly perMs: number };

/** What of the rate is used steadily, and what may come at once: so even three processes that are killed one after another stay within it. */
const STEADY = 0.85;
const AT_ONCE = 0.05;

/** A rotation's step makes up to eighteen calls, and has a minute: so long at most is the queue in which it may begin. */
const LONGEST_QUEUE_MS = 3_000;

/** Too many others are before it: nothing was sent, and whoever asks had better come again than wait. */
export class TurnTooFar extends Error {
  override readonly name = 'TurnTooFar';
  readonly inMs: number;

  constructor(inMs: number) {
    super(`too many calls are waiting for their turn: come again in ${Math.ceil(inMs)} ms`);
    this.inMs = inMs;
  }
}

export type PaceOptions = {
  readonly rate: ProviderRate;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

/**
 * Lets calls through one after another, in the order in which they came, so that the rate is never exceeded (GCRA). What has little time is sent
 * away (`asOneWork`) where the queue is long, and told to come again one after another, too.
 */
export const createPace = ({ rate: { calls, perMs }, now, wait }: PaceOptions): (() => Promise<void>) => {
  const everyMs = perMs / (calls * STEADY);
  const aheadMs = (Math.max(1, Math.floor(calls * AT_ONCE)) - 1) * everyMs;
  let next = 0;
  let comesAgain = 0;
  return async () => {
    const at = now();
    const opens = next - aheadMs;
    if (opens - at > LONGEST_QUEUE_MS && beginsWork()) {
      comesAgain = Math.max(comesAgain + everyMs, opens);
      throw new TurnTooFar(comesAgain - at);
    }
    workBegan();
    next = Math.max(next, at) + everyMs;
    if (opens > at) await wait(opens - at);
  };
};

/** What a call to a server waits for. */
export type Pace = (server: string) => Promise<void>;

type Paced = { readonly pace: () => Promise<void>; waiting: number; lastAt: number };

/** A pace for each server by itself; one at which nobody has called for a while begins anew. */
export const createPaces = (options: PaceOptions): Pace => {
  const { rate, now } = options;
  const paces = new Map<string, Paced>();
  const forgetIdle = (): void => {
    for (const [server, { waiting, lastAt }] of paces) if (waiting === 0 && now() - lastAt > rate.perMs) paces.delete(server);
  };
  return async (server) => {
    forgetIdle();
    const its = paces.get(server) ?? { pace: createPace(options), waiting: 0, lastAt: 0 };
    paces.set(server, its);
    its.waiting += 1;
    try {
      await its.pace();
    } finally {
      its.waiting -= 1;
      its.lastAt = now();
    }
  };
};

const serverOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');

/** The same client, each of whose calls waits for its turn. */
export const paced = (http: ProviderHttp, pace: Pace): ProviderHttp => ({
  send: async (asked) => {
    await pace(serverOf(asked.url));
    return http.send(asked);
  },
});
