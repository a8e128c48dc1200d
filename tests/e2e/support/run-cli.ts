import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '@keyturn/dev-stack';

export type CliRun = { readonly code: number | null; readonly out: string; readonly err: string };
export type CliOptions = {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Hands out what kills the process at once. */
  readonly onStart?: (kill: () => void) => void;
  /** Told all that it has written to standard error so far, while it runs. */
  readonly onErr?: (shown: string) => void;
};

/** Everything that the CLI printed in this file's tests: what is searched for secrets. */
export const printed: string[] = [];

/** Runs `keyturn` as a process of its own, with only the environment that is given, and DEBUG set. */
export const runCli = async (args: readonly string[], { env = {}, input = '', onStart, onErr }: CliOptions = {}): Promise<CliRun> => {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [join(projectRoot, 'apps/cli/src/main.ts'), ...args], {
    env: { PATH, DEBUG: '*', NODE_DEBUG: 'fetch,undici', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const shown = { out: '', err: '' };
  const hear = (into: 'out' | 'err') => (chunk: Buffer) => {
    shown[into] += chunk.toString('utf8');
    if (into === 'err') onErr?.(shown.err);
  };
  child.stdout.on('data', hear('out'));
  child.stderr.on('data', hear('err'));
  onStart?.(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  printed.push(shown.out, shown.err);
  return { code, ...shown };
};
