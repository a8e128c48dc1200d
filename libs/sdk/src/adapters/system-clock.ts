import { randomUUID } from 'node:crypto';
import { systemClock } from '@keyturn/kernel';
import type { SdkClock } from '../ports/clock.ts';

/** The machine's own clock, chance and ids. */
export const systemSdkClock: SdkClock = {
  now: () => systemClock.now(),
  elapsed: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  newId: () => randomUUID(),
};
