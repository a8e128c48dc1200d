import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CannotStart } from '../cannot-start.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';
import { waitUntil } from './wait-until.ts';

const Started = z.object({ name: z.string(), pid: z.int(), startedAt: z.string(), stopSignal: z.enum(['SIGINT', 'SIGTERM', 'SIGQUIT']) });
type Started = z.infer<typeof Started>;
export type StopSignal = Started['stopSignal'];

const PATIENCE_MS = 5_000;

/** Notes a child that was just spawned, so that a later start can end it if this process is killed. */
export const recordStarted = (runDir: string, name: string, pid: number, stopSignal: StopSignal): ProcessIdentity | null => {
  const identity = identify(pid);
  if (!identity) return null;
  mkdirSync(runDir, { recursive: true });
  writeFileSync(recordPath(runDir, name), JSON.stringify({ name, ...identity, stopSignal } satisfies Started), { mode: 0o600 });
  return identity;
};

export const forgetStarted = (runDir: string, name: string): void => rmSync(recordPath(runDir, name), { force: true });

/** Ends what an earlier, killed run left behind, and says what it was. Call only under the stack lock: a live run's children look alike. */
export const reapOrphans = async (runDir: string): Promise<string[]> => {
  const orphans = recorded(runDir).filter(isRunning);
  await Promise.all(orphans.map(end));
  for (const { name } of recorded(runDir)) forgetStarted(runDir, name);
  return orphans.map((orphan) => `${orphan.name} (pid ${orphan.pid})`);
};

const recorded = (runDir: string): Started[] => {
  mkdirSync(runDir, { recursive: true });
  return readdirSync(runDir)
    .filter((file) => file.endsWith('.process.json'))
    .flatMap((file) => parseRecord(readFileSync(join(runDir, file), 'utf8')));
};

/** A record that was cut off in the middle of writing names nobody. */
const parseRecord = (text: string): Started[] => {
  try {
    return [Started.parse(JSON.parse(text))];
  } catch {
    return [];
  }
};

const end = async (orphan: Started): Promise<void> => {
  signal(orphan, orphan.stopSignal);
  if (await waitUntil(() => !isRunning(orphan), { timeoutMs: PATIENCE_MS })) return;
  signal(orphan, 'SIGKILL');
  if (await waitUntil(() => !isRunning(orphan), { timeoutMs: PATIENCE_MS })) return;
  throw new CannotStart(`${orphan.name} of an earlier run (pid ${orphan.pid}) can't be ended: end it by hand and start again.`);
};

const signal = (orphan: Started, name: NodeJS.Signals): void => {
  try {
    process.kill(orphan.pid, name);
  } catch (fault) {
    if (isRunning(orphan))
      throw new CannotStart(`${orphan.name} of an earlier run (pid ${orphan.pid}) belongs to another user: ask them to end it.`, {
        cause: fault,
      });
  }
};

const recordPath = (runDir: string, name: string): string => join(runDir, `${name}.process.json`);
