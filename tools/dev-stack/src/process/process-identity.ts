import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A pid alone is no identity, because the kernel gives it out again; with its start time it is. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string };

/** Null when no such process runs; a zombie doesn't. */
export const identify = (pid: number): ProcessIdentity | null => {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : posixStart(pid);
  return startedAt === null ? null : { pid, startedAt };
};

export const isRunning = (identity: ProcessIdentity): boolean => identify(identity.pid)?.startedAt === identity.startedAt;

/** The command line, or an empty string when the process is gone. */
export const commandLine = (pid: number): string => {
  if (process.platform === 'linux') return readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return ps(pid, 'args=');
};

/** 0 when the process is gone. */
export const parentOf = (pid: number): number => {
  const parent = process.platform === 'linux' ? parseStat(readOrEmpty(`/proc/${pid}/stat`))?.parent : ps(pid, 'ppid=');
  return Number(parent ?? 0);
};

/** The fields that follow the command's name in `/proc/<pid>/stat`. The name may itself contain spaces and brackets. */
export const parseStat = (stat: string): { state: string; parent: string; startTicks: string } | null => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, startTicks] = [fields[0], fields[1], fields[19]];
  return state && parent && startTicks ? { state, parent, startTicks } : null;
};

const linuxStart = (pid: number): string | null => {
  const stat = parseStat(readOrEmpty(`/proc/${pid}/stat`));
  if (!stat || stat.state === 'Z') return null;
  return `${bootId()}:${stat.startTicks}`; // the ticks count from boot, so they say nothing across one
};

const bootId = (): string => readOrEmpty('/proc/sys/kernel/random/boot_id').trim();

const posixStart = (pid: number): string | null => ps(pid, 'lstart=') || null;

const ps = (pid: number, column: string): string => {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

const readOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
