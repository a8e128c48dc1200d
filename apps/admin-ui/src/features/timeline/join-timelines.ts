import type { Timeline } from '@keyturn/contracts/api';

/** Puts newly read entries behind those that are known; an entry that comes twice is one. */
export const joinTimelines = (known: Timeline, next: Timeline): Timeline => {
  const last = known.items.at(-1)?.position ?? 0;
  return { ...next, items: [...known.items, ...next.items.filter(({ position }) => position > last)] };
};

/** How long to wait before reading again: soon while the audit log is behind what the page already heard of, else at leisure. */
export const nextReadIn = (timeline: Timeline | undefined, heardOf: number): number =>
  timeline !== undefined && timeline.projectedTo < heardOf ? 500 : 30_000;
