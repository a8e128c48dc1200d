import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

export type SmallDiskPostgres = {
  /** The superuser's. */
  readonly url: string;
  /** Fills the disk but for these bytes. */
  fillBut(bytes: number): Promise<void>;
  /** Takes away what filled it. */
  makeRoom(): Promise<void>;
  stop(): Promise<void>;
};

/** Why this machine can't give a test a disk of its own; null where it can. */
export const whyNoSmallDisk = (): string | null => {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'keyturn-probe', tmpdir()], { stdio: 'ignore' });
    return null;
  } catch {
    return process.getuid?.() === 0 ? 'unshare -m or mount is not permitted here' : 'only root may mount a tmpfs under unshare -m';
  }
};

const Started = z.object({ url: z.string() });

const tell = async (child: ChildProcess, message: { readonly leave?: number }): Promise<void> => {
  const done = once(child, 'message');
  child.send(message);
  await done;
};

/** Starts a Postgres on a tmpfs of that size. */
export const smallDiskPostgres = async (megabytes: number): Promise<SmallDiskPostgres> => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-small-disk-'));
  const program = join(import.meta.dirname, 'small-disk-child.ts');
  const child = spawn('unshare', ['-m', process.execPath, program, folder, String(megabytes)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const started = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [null])]);
  const { url } = Started.parse(started[0]);
  return {
    url,
    fillBut: (bytes) => tell(child, { leave: bytes }),
    makeRoom: () => tell(child, {}),
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
