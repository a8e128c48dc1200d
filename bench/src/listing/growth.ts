import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Actor } from '@keyturn/contracts';
import { stopInReverse } from '@keyturn/dev-stack';
import { type BenchStack, startBenchStack } from '../bench-stack.ts';
import { seedCredentials } from '../seed-credentials.ts';
import { type Figure, figureOf } from '../report/figures.ts';

/** What must not grow with the number of credentials, and what may only grow a little. */

const FEW = 100;
const REVEALS_A_ROUND = 10;
const PROMISED = { revealRatio: 1.3, startMs: 3_000 } as const;
const READER: Actor = { kind: 'program', id: 'bench', roles: ['admin'] };

const taken = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

const reveal = async (stack: BenchStack, credentialId: string): Promise<void> => {
  const options = { commandId: randomUUID(), actor: READER, wantsSecret: true };
  const shown = await stack.asGateway.command('credential.reveal', { credentialId, reason: 'bench' }, options);
  if (!shown.ok || !shown.value.secret) throw new Error('a reveal showed nothing');
};

type Asked = { readonly stack: BenchStack; readonly ids: readonly string[] };

/** Ten reveals, each of another credential picked by chance. */
const someReveals = async ({ stack, ids }: Asked): Promise<number[]> => {
  const times: number[] = [];
  for (let turn = 0; turn < REVEALS_A_ROUND; turn += 1) {
    const credentialId = ids[Math.floor(Math.random() * ids.length)] ?? '';
    times.push(await taken(() => reveal(stack, credentialId)));
  }
  return times;
};

/** A reveal among many, in turns with one at a second stack that has few; the first half is warm-up. */
export const growthOfReveals = async (many: Asked, rounds: number): Promise<Figure> => {
  const stack = await startBenchStack({ varDir: join(many.stack.varDir, 'few') });
  try {
    const few = { stack, ids: await seedCredentials(stack.asGateway, { count: FEW }) };
    const times: { readonly ours: number[]; readonly floor: number[] } = { ours: [], floor: [] };
    for (let round = 0; round < 2 * rounds; round += 1) {
      const [ours, floor] = [await someReveals(many), await someReveals(few)];
      if (round < rounds) continue;
      times.ours.push(...ours);
      times.floor.push(...floor);
    }
    const promise = { ratioUnder: PROMISED.revealRatio };
    return figureOf({ name: 'one reveal', unit: 'ms', ...times, floorIs: `the same where there are ${FEW} credentials`, promise });
  } finally {
    await stopInReverse(stack);
  }
};

/** From the start of a vault's process until it serves, beside a Node process that does nothing. */
export const coldStart = async (stack: BenchStack, rounds: number): Promise<Figure> => {
  const times: { readonly ours: number[]; readonly floor: number[] } = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round += 1) {
    let replica: { stop(): Promise<void> } | undefined;
    times.ours.push(await taken(async () => (replica = await stack.startReplica())));
    await replica?.stop();
    times.floor.push(await taken(() => once(spawn(process.execPath, ['-e', '']), 'exit')));
  }
  const promise = { underMs: PROMISED.startMs };
  return figureOf({ name: 'a cold start of the vault', unit: 'ms', ...times, floorIs: 'a Node process that does nothing', promise });
};
