import type { SdkClock } from './ports/clock.ts';

/** Something took longer than it may. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** Settles like `work`, or throws `TimedOut` after `ms`; `work` itself goes on, so its result must not matter then. */
export const withDeadline = async <T>(work: Promise<T>, ms: number, clock: SdkClock): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(ms, () => late.reject(new TimedOut(`no end within ${ms} ms`)));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
};
