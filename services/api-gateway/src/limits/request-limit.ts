import { type Clock, recentMap } from '@keyturn/kernel';

/** How much each identity may ask. */
export interface RequestLimit {
  /** Counts one request; 0, or the seconds after which to ask again. */
  take(identity: string): number;
}

const MINUTE_MS = 60_000;
const MOST_KEPT = 50_000;

type Bucket = { readonly left: number; readonly at: number };

/**
 * A token bucket an identity: as many at once as it may have in a minute, then evenly. In memory, for each gateway: a restart forgets, and so
 * many gateways let through so many times as much.
 */
export const requestLimit = ({ perMinute, clock }: { readonly perMinute: number; readonly clock: Clock }): RequestLimit => {
  const buckets = recentMap<string, Bucket>(MOST_KEPT);
  const refillPerMs = perMinute / MINUTE_MS;
  return {
    take: (identity) => {
      const now = clock.now().getTime();
      const { left, at } = buckets.get(identity) ?? { left: perMinute, at: now };
      const filled = Math.min(perMinute, left + Math.max(0, now - at) * refillPerMs);
      const isEnough = filled >= 1;
      buckets.set(identity, { left: isEnough ? filled - 1 : filled, at: now });
      return isEnough ? 0 : Math.ceil((1 - filled) / refillPerMs / 1000);
    },
  };
};
