import { cpus, loadavg, totalmem } from 'node:os';

/** Where it was measured, and how busy it was there. */
export type Machine = {
  readonly at: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly node: string;
  /** One minute's load average. */
  readonly loadBefore: number;
  readonly loadAfter: number;
};

export const machineBefore = (): Machine => ({
  at: new Date().toISOString(),
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  loadBefore: loadNow(),
  loadAfter: Number.NaN,
});

export const machineAfter = (before: Machine): Machine => ({ ...before, loadAfter: loadNow() });

const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;

/** Null when the machine was idle enough for its figures to mean something. */
export const busyWarning = ({ loadBefore, cores }: Machine): string | null =>
  loadBefore > cores ? `The load average was ${loadBefore} on ${cores} cores before it began: believe the ratios, not the figures.` : null;

export const machineLine = ({ cores, cpu, memoryGiB, node, loadBefore, loadAfter }: Machine): string =>
  `${cores} cores (${cpu}), ${memoryGiB} GiB, Node ${node}, load average ${loadBefore} before and ${loadAfter} after`;
