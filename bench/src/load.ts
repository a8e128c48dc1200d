import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readStats, type WorkloadStats } from '@keyturn/dev-stack';

/** The workload's counters at one moment, each process's own, with the failures that it has written down. */
export type LoadReading = {
  /** On our own clock, which only rises. */
  readonly takenAtMs: number;
  readonly processes: readonly { readonly name: string; readonly stats: WorkloadStats; readonly failures: readonly string[] }[];
};

/** What the workload did between two readings. */
export type Load = {
  readonly loginsTried: number;
  readonly loginsFailed: number;
  readonly queriesTried: number;
  readonly queriesFailed: number;
  /** A line each, as the workload wrote it. */
  readonly failures: readonly string[];
  /** Why the counters prove nothing; empty when they do. */
  readonly doubts: readonly string[];
};

const nameOf = (statsFile: string): string => statsFile.replace(/^.*\//u, '').replace(/\.json$/u, '');

const failuresOf = (statsFile: string): string[] => {
  const path = `${statsFile}.failures.jsonl`;
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
};

export const readLoad = (statsFiles: readonly string[]): LoadReading => ({
  takenAtMs: performance.now(),
  processes: statsFiles.map((file) => ({ name: nameOf(file), stats: readStats(file), failures: failuresOf(file) })),
});

const POLL_MS = 50;
const PATIENCE_MS = 5_000;

/** Reads once every process has written since now, so what just happened is counted; a silent one is left to `loadBetween` to doubt. */
export const readFreshLoad = async (statsFiles: readonly string[]): Promise<LoadReading> => {
  const now = new Date().toISOString();
  const deadline = performance.now() + PATIENCE_MS;
  const isFresh = (): boolean => statsFiles.every((file) => readStats(file).at > now);
  while (!isFresh() && performance.now() < deadline) await pause(POLL_MS);
  return readLoad(statsFiles);
};

/** A process writes every 250 ms; more behind than this, and it was not there all the time. */
const MARGIN_MS = 3_000;
const COUNTED = ['loginsTried', 'loginsFailed', 'queriesTried', 'queriesFailed'] as const;

/**
 * What was counted from one reading to the other. A stats file belongs to one run of a process, so its clock must have gone on as long as
 * ours: one that restarted or stopped on the way counts from somewhere else, and is doubted.
 */
export const loadBetween = (before: LoadReading, after: LoadReading): Load => {
  const passedMs = after.takenAtMs - before.takenAtMs;
  const sum = { loginsTried: 0, loginsFailed: 0, queriesTried: 0, queriesFailed: 0 };
  const doubts: string[] = [];
  const failures: string[] = [];
  for (const [index, { name, stats, failures: known }] of after.processes.entries()) {
    const earlier = before.processes[index];
    const from = earlier?.stats;
    if (!from || stats.monotonicMs - from.monotonicMs < passedMs - MARGIN_MS || COUNTED.some((key) => stats[key] < from[key])) {
      doubts.push(`${name} restarted or stopped meanwhile, so its counters prove nothing`);
      continue;
    }
    for (const key of COUNTED) sum[key] += stats[key] - from[key];
    if (stats.queriesTried === from.queriesTried) doubts.push(`${name} tried no query, so nothing was under load`);
    failures.push(...known.slice(earlier.failures.length));
  }
  if (after.processes.length === 0) doubts.push('the stack runs without a workload, so nothing was under load');
  return { ...sum, failures, doubts };
};
