import type { SdkClock } from './ports/clock.ts';

/** The other side can't answer now: a fault, not a refusal. `waitMs` is how long it asked us to stay away; 0 where it didn't say. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
  readonly waitMs: number;

  constructor(what: string, waitMs: number) {
    super(what);
    this.waitMs = waitMs;
  }
}

/** A time-out, too many requests, or a fault of the server: statuses after which the same request is worth another try. */
export const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

const SECONDS = /^\d{1,9}$/;
const LONGEST_MS = 600_000;

/** `Retry-After` (RFC 9110 §10.2.3) in milliseconds: seconds, or a date; 10 minutes at the most. 0 where it can't be read. */
export const retryAfterMs = ({ headers }: Pick<Response, 'headers'>, clock: Pick<SdkClock, 'now'>): number => {
  const text = headers.get('retry-after')?.trim() ?? '';
  const ms = SECONDS.test(text) ? Number(text) * 1000 : Date.parse(text) - clock.now().getTime();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), LONGEST_MS);
};
