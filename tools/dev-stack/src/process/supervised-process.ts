import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CannotStart } from '../cannot-start.ts';
import { asAccount, type ProcessAccount } from './as-account.ts';
import { dieWithParent } from './die-with-parent.ts';
import { logMark } from './log-mark.ts';
import { forgetStarted, recordStarted, type StopSignal } from './run-folder.ts';
import { waitUntil } from './wait-until.ts';

export type ProcessSpec = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  readonly account?: ProcessAccount | undefined;
  readonly runDir: string;
  readonly logFile: string;
  readonly stopSignal?: StopSignal | undefined;
  /** What the kernel sends when we die. SIGKILL when left out: with everything around it dead as well, an orderly end only takes longer. */
  readonly orphanSignal?: NodeJS.Signals | undefined;
  readonly stopTimeoutMs?: number | undefined;
  readonly isReady: () => boolean | Promise<boolean>;
  readonly readyTimeoutMs?: number | undefined;
  /** Runs before every start, the repeated ones too. */
  readonly beforeStart?: (() => void | Promise<void>) | undefined;
  /** Whether an exit before it was ready, judged by what it logged, is worth another try until the deadline. */
  readonly isPassing?: ((logged: string) => boolean) | undefined;
  /** `on-crash` starts it again after an exit that nobody asked for, waiting a little longer each time. */
  readonly restart?: 'never' | 'on-crash' | undefined;
  /** False leaves the child running when this process is killed; the next start reaps it. For tests of that. */
  readonly diesWithParent?: boolean | undefined;
};

export interface SupervisedProcess {
  readonly name: string;
  readonly logFile: string;
  /** The pid of the present run, undefined while none is up. */
  pid(): number | undefined;
  /** Asks it to end and waits; SIGKILL when it takes too long. Harmless when it is already down. */
  stop(): Promise<void>;
  /** SIGKILL, and no restart by policy. */
  kill(): Promise<void>;
  /** Stops it if it is up, starts it with the same settings and waits until it is ready. */
  restart(): Promise<void>;
}

const BACKOFF_MS = [200, 500, 1_000, 2_000, 5_000];
const RETRY_MS = 150;

/** Spawns a program, waits until it is ready, and keeps its pid on disk so that nothing outlives a killed run for long. */
export const superviseProcess = async (spec: ProcessSpec): Promise<SupervisedProcess> => {
  let current: ChildProcess | undefined;
  let wanted = false;
  let reviving = false;
  let crashes = 0;

  const start = async (): Promise<void> => {
    wanted = true;
    const deadline = performance.now() + (spec.readyTimeoutMs ?? 30_000);
    for (;;) {
      await spec.beforeStart?.();
      const logged = logMark(spec.logFile);
      const child = launch(spec);
      current = child;
      child.once('exit', () => onExit(child));
      const end = await awaitReady(spec, child, deadline);
      if (end === 'ready') return;
      if (end === 'late') await endChild(child, 'SIGKILL', 0);
      if (end === 'late' || !wanted || !spec.isPassing?.(logged.since())) throw notReady(spec, end, logged.lastLine());
      await pause(RETRY_MS);
    }
  };

  const onExit = (child: ChildProcess): void => {
    if (current !== child) return;
    current = undefined;
    if (wanted && spec.restart === 'on-crash' && !reviving) void revive();
  };

  const isMissed = (): boolean => wanted && !current;
  /** Tries until it is up again: what stopped it, a full disk for instance, may stop the next starts too. Its log says why. */
  const revive = async (): Promise<void> => {
    reviving = true;
    while (isMissed()) {
      await pause(BACKOFF_MS[Math.min(crashes++, BACKOFF_MS.length - 1)], undefined, { ref: false });
      if (isMissed()) await start().catch(() => undefined);
    }
    reviving = false;
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    wanted = false;
    if (current) await endChild(current, signal, spec.stopTimeoutMs ?? 10_000);
    current = undefined;
    forgetStarted(spec.runDir, spec.name);
  };

  await start().catch(async (fault: unknown) => {
    await end('SIGKILL');
    throw fault;
  });
  const stopSignal = spec.stopSignal ?? 'SIGTERM';
  return {
    name: spec.name,
    logFile: spec.logFile,
    pid: () => current?.pid,
    stop: () => end(stopSignal),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end(stopSignal);
      crashes = 0;
      await start();
    },
  };
};

const launch = (spec: ProcessSpec): ChildProcess => {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'a', 0o600);
  try {
    const stopSignal = spec.stopSignal ?? 'SIGTERM';
    const plain = { command: spec.command, args: spec.args };
    const tied = spec.diesWithParent === false ? plain : dieWithParent(plain, spec.orphanSignal ?? 'SIGKILL');
    const { command, ids } = asAccount(tied, spec.account); // outermost, because a change of user unties it again
    const child = spawn(command.command, [...command.args], {
      cwd: spec.cwd,
      env: spec.env ?? process.env,
      stdio: ['ignore', log, log],
      detached: true, // its own process group: a Ctrl-C in the terminal reaches only us, and we stop things in order
      ...ids,
    });
    child.on('error', () => undefined); // a spawn that fails never gets a pid, which `awaitReady` reports
    if (child.pid !== undefined) recordStarted(spec.runDir, spec.name, child.pid, stopSignal);
    return child;
  } finally {
    closeSync(log);
  }
};

type Readiness = 'ready' | 'exited' | 'late';

const awaitReady = async (spec: ProcessSpec, child: ChildProcess, deadline: number): Promise<Readiness> => {
  let isReady = false;
  const settled = await waitUntil(
    async () => {
      if (hasExited(child)) return true;
      isReady = await spec.isReady();
      return isReady;
    },
    { timeoutMs: Math.max(0, deadline - performance.now()) },
  );
  if (hasExited(child)) return 'exited'; // before `ready`: what answered may be another program on that port
  return settled && isReady ? 'ready' : 'late';
};

const notReady = (spec: ProcessSpec, end: Readiness, lastLine: string): CannotStart => {
  const what = end === 'late' ? 'did not get ready in time' : 'ended before it was ready';
  return new CannotStart(`${spec.name} ${what} (${lastLine || 'it logged nothing'}): see ${spec.logFile}.`);
};

const endChild = async (child: ChildProcess, signal: NodeJS.Signals, patienceMs: number): Promise<void> => {
  if (hasExited(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exited;
  clearTimeout(impatience);
};

const hasExited = (child: ChildProcess): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
