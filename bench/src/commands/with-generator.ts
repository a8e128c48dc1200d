import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { credsPath } from '@keyturn/dev-stack';
import type { BenchStack } from '../bench-stack.ts';
import { type Child, startChild } from '../process/child.ts';

export type Generating = {
  /** Names the credentials that it registers to work on. */
  readonly name: string;
  readonly credentials: number;
  /** Of the floors. */
  readonly connections: number;
};

/** Has `work` done with a load generator of its own, which is ready when it begins. */
export const withGenerator = async (
  stack: BenchStack,
  generating: Generating,
  work: (generator: Child) => Promise<void>,
): Promise<void> => {
  const child = startChild(join(import.meta.dirname, 'generator.ts'));
  const creds = (identity: string): string => readFileSync(credsPath(stack.nats.credsDir, identity), 'utf8');
  try {
    await child.ask('start', {
      natsUrl: stack.nats.url,
      gatewayCreds: creds('gateway'),
      workerCreds: creds('worker'),
      floorUrl: stack.floorUrl,
      ...generating,
    });
    await work(child);
  } finally {
    await child.stop();
  }
};
