import { commandLine, identify, isRunning, parentOf, type ProcessIdentity } from './process-identity.ts';

const EVERY_MS = 500;

/**
 * Calls back when the `npx` or `pnpm` that runs us is gone. Ctrl-C reaches the whole family, but a SIGKILL of its head leaves us behind as
 * an orphan, which would hold the lock against the next start. Whoever started the runner may go: that is how one puts it in the background.
 */
export const onRunnerGone = (callback: () => void): (() => void) => {
  const runners = withoutOutsiders(ancestors()).map((ancestor) => ancestor.identity);
  const timer = setInterval(() => {
    if (runners.every(isRunning)) return;
    clearInterval(timer);
    callback();
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
};

export type Ancestor = { readonly identity: ProcessIdentity; readonly commandLine: string };

/** From our parent up to the topmost runner; nobody, if no runner is among them. */
export const withoutOutsiders = (chain: readonly Ancestor[]): readonly Ancestor[] =>
  chain.slice(0, chain.findLastIndex((ancestor) => isRunner(ancestor.commandLine)) + 1);

/** `npm exec pnpm@10 start` (npm rewrites its title), `pnpm start`, or `node …/bin/pnpm.cjs start`. */
export const isRunner = (line: string): boolean => {
  const [program = '', script = ''] = line.split(' ').map((word) => word.slice(word.lastIndexOf('/') + 1));
  return RUNNER.test(program) || (program === 'node' && RUNNER.test(script));
};

const RUNNER = /^(npm|npx|pnpm)(-cli)?(\.[cm]?js)?$/u;

/** Stops at the first ancestor that is gone or init. */
const ancestors = (pid: number = process.ppid): Ancestor[] => {
  const identity = pid > 1 ? identify(pid) : null;
  return identity ? [{ identity, commandLine: commandLine(pid) }, ...ancestors(parentOf(pid))] : [];
};
