import type { Recorded } from '@keyturn/contracts/events';

/** The newest events of the log, as far as this process committed them itself without a gap. Events never change, so they need no check. */
export type RecentEvents = {
  add(events: readonly Recorded[]): void;
  /** The events right behind a position, or null where they are not (or no longer) here: then the table is asked. */
  after(position: number, limit: number): readonly Recorded[] | null;
  clear(): void;
};

export const recentEvents = (capacity: number): RecentEvents => {
  let kept: Recorded[] = [];
  return {
    clear: () => {
      kept = [];
    },
    add: (events) => {
      const [first] = events;
      if (!first) return;
      if (kept.at(-1)?.hash !== first.prevHash) kept = [];
      kept.push(...events);
      if (kept.length > 2 * capacity) kept = kept.slice(-capacity);
    },
    after: (position, limit) => {
      const from = position + 1 - (kept[0]?.position ?? Infinity);
      return from >= 0 && from < kept.length ? kept.slice(from, from + limit) : null;
    },
  };
};
