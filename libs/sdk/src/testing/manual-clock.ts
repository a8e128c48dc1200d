import type { SdkClock } from '../ports/clock.ts';

type Timer = { readonly at: number; readonly run: () => void };

/** A clock that stands still until a test moves it. */
export type ManualClock = SdkClock & { advance(ms: number): void };

/** Ids count up, chance is always a half. */
export const manualClock = (startMs: number = Date.parse('2026-01-01T00:00:00Z')): ManualClock => {
  const timers = new Set<Timer>();
  let elapsed = 0;
  let ids = 0;
  return {
    now: () => new Date(startMs + elapsed),
    elapsed: () => elapsed,
    after: (ms, run) => {
      const timer = { at: elapsed + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    random: () => 0.5,
    newId: () => `0197d2a0-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`,
    advance: (ms) => {
      elapsed += ms;
      for (const timer of [...timers].toSorted((a, b) => a.at - b.at)) {
        if (timer.at > elapsed || !timers.delete(timer)) continue;
        timer.run();
      }
    },
  };
};
