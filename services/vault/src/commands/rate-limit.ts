import type { Clock } from '@keyturn/kernel';

const PER_MINUTE = 5;
const MINUTE = 60_000;

/**
 * For how many times an event is to speak now: at most five events a minute for each name; 0: none now. What came above that is in the count
 * of the next one.
 */
export const rateLimit = (clock: Clock): ((name: string) => number) => {
  const recent = new Map<string, { since: number; recorded: number; unsaid: number }>();
  return (name) => {
    const now = clock.now().getTime();
    const known = recent.get(name);
    if (!known || now - known.since >= MINUTE) {
      recent.set(name, { since: now, recorded: 1, unsaid: 0 });
      return 1 + (known?.unsaid ?? 0);
    }
    if (known.recorded >= PER_MINUTE) known.unsaid += 1;
    else known.recorded += 1;
    return known.unsaid > 0 ? 0 : 1;
  };
};
