import type { AuditEntry, Timeline } from '@keyturn/contracts/api';

/** Puts newly read entries (which come oldest first) before those that are known; an entry that comes twice is one. */
export const joinNewer = (known: Timeline, next: Timeline): Timeline => {
  const newest = known.items[0]?.position ?? 0;
  const fresh = next.items.filter(({ position }) => position > newest);
  return { ...next, items: [...fresh.toReversed(), ...known.items] };
};

/** Puts older entries (newest first, as they are kept) behind those that are known; an entry that comes twice is one. */
export const joinOlder = (known: Timeline, older: readonly AuditEntry[]): Timeline => {
  const oldest = known.items.at(-1)?.position ?? Infinity;
  return { ...known, items: [...known.items, ...older.filter(({ position }) => position < oldest)] };
};

/** How long to wait before reading again: soon while the audit log is behind what the page already heard of, else at leisure. */
export const nextReadIn = (timeline: Timeline | undefined, heardOf: number): number =>
  timeline !== undefined && timeline.projectedTo < heardOf ? 500 : 30_000;
