import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import type { OrdersFailure, OrdersStats } from './stats.ts';

const EVERY_MS = 250;

/** Appends one failure; at once, so that a killed process has lost none. */
export const appendFailure = (statsFile: string, failure: OrdersFailure): void =>
  appendFileSync(`${statsFile}.failures.jsonl`, `${JSON.stringify(failure)}\n`);

/** Replaces the file as a whole, so a reader never sees half of it. */
export const writeStats = (statsFile: string, stats: OrdersStats): void => {
  const next = `${statsFile}.${process.pid}.next`;
  writeFileSync(next, `${JSON.stringify(stats)}\n`);
  renameSync(next, statsFile);
};

/** Writes what `read` gives every 250 ms, and a last time when the returned function is called. */
export const keepStats = (statsFile: string, read: () => OrdersStats): (() => void) => {
  writeStats(statsFile, read());
  const timer = setInterval(() => writeStats(statsFile, read()), EVERY_MS);
  return () => {
    clearInterval(timer);
    writeStats(statsFile, read());
  };
};
