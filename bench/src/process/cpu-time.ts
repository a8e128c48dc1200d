import { readdirSync, readFileSync } from 'node:fs';

/** A process whose CPU time is of interest, together with those that it started itself. */
export type Watched = { readonly name: string; readonly pid: number };

/** CPU time in milliseconds, by name. */
export type CpuTimes = Readonly<Record<string, number>>;

/** The unit of `/proc/<pid>/stat`: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** Times in ticks: its own, and what its children had used that are gone. */
export type Usage = { readonly pid: number; readonly parent: number; readonly own: number; readonly ofEnded: number };

/** What `/proc/<pid>/stat` says; null where it says nothing. The name in it may itself contain spaces and brackets. */
export const usageIn = (pid: number, stat: string): Usage | null => {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (index: number): number => fields[index] ?? Number.NaN;
  const usage = { pid, parent: at(1), own: at(11) + at(12), ofEnded: at(13) + at(14) };
  return Object.values(usage).some(Number.isNaN) ? null : usage;
};

const usageOf = (pid: number): Usage | null => {
  try {
    return usageIn(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null; // it ended since it was listed
  }
};

const usages = (): readonly Usage[] => readdirSync('/proc').flatMap((name) => (/^\d+$/u.test(name) ? (usageOf(Number(name)) ?? []) : []));

/** What each has used so far; null where the system doesn't say (only Linux does). */
export const cpuTimes = (watched: readonly Watched[]): CpuTimes | null => {
  if (process.platform !== 'linux') return null;
  const all = usages();
  const ticksOf = (pid: number): number =>
    all.reduce((sum, each) => sum + (each.pid === pid ? each.own + each.ofEnded : each.parent === pid ? each.own : 0), 0);
  return Object.fromEntries(watched.map(({ name, pid }) => [name, ticksOf(pid) * TICK_MS]));
};
