import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { BenchStack } from '../../bench-stack.ts';
import { startChild } from '../../process/child.ts';

/** What a load generator must know to ask it. */
export type BareVault = { readonly natsUrl: string; readonly creds: string; readonly link: string; readonly pid: number };

/** Has `work` done with a bare vault, in a process of its own. */
export const withBareVault = async (stack: BenchStack, work: (bare: BareVault) => Promise<void>): Promise<void> => {
  const child = startChild(join(import.meta.dirname, 'vault.ts'));
  const reached = { natsUrl: stack.nats.url, creds: stack.floorCreds, link: randomBytes(32).toString('hex') };
  try {
    await child.ask('start', { ...reached, databaseUrl: stack.floorUrl });
    await work({ ...reached, pid: child.pid });
  } finally {
    await child.stop();
  }
};
