import { TimedOut } from './deadline.ts';
import type { SdkClock } from './ports/clock.ts';

/** How long a caller waits for the first value. */
export type Waiting = { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined };

/** One signal out of the caller's own and the timeout; `end` frees both. */
export class Patience {
  readonly signal: AbortSignal;
  readonly end: () => void;

  constructor({ signal, timeoutMs = 30_000 }: Waiting, clock: SdkClock) {
    const late = new AbortController();
    this.end = clock.after(timeoutMs, () => late.abort(new TimedOut(`no value within ${timeoutMs} ms`)));
    this.signal = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  }
}
