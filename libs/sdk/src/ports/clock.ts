import type { Clock } from '@keyturn/kernel';

/** Time, chance and ids: everything that makes two runs differ, so tests can decide it. */
export interface SdkClock extends Clock {
  /** Milliseconds that only rise; for durations. */
  elapsed(): number;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Between 0 and 1: spreads retries of many instances. */
  random(): number;
  /** A fresh UUID, for command ids. */
  newId(): string;
}
