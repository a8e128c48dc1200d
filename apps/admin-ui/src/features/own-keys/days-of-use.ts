import type { ByokUsage } from '@keyturn/contracts/api';

const DAYS = 30;
const DAY_MS = 86_400_000;
type Counts = Pick<ByokUsage, 'reveals' | 'resolutions' | 'fetches'>;

export const timesUsed = ({ reveals, resolutions, fetches }: Counts): number => reveals + resolutions + fetches;

/** How often on each of the last 30 days (UTC), the oldest first; days of which nothing is said are 0. */
export const daysOfUse = ({ by_day }: Pick<ByokUsage, 'by_day'>, nowMs: number): readonly number[] => {
  const used = new Map(by_day.map(({ day, ...counts }) => [day, timesUsed(counts)]));
  return Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(nowMs - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return used.get(day) ?? 0;
  });
};
