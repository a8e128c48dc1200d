import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Actor } from '@keyturn/contracts';
import type { BenchStack } from '../bench-stack.ts';
import { type Figure, figureOf } from '../report/figures.ts';

/** What must not grow with the number of credentials, and what may only grow a little. */

export const FEW = 100;
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

/** How long one reveal takes after another, each of another credential picked by chance; the first half is warm-up. */
export const revealTimes = async (stack: BenchStack, ids: readonly string[], rounds: number): Promise<number[]> => {
  const times: number[] = [];
  for (let turn = 0; turn < 2 * rounds * REVEALS_A_ROUND; turn += 1) {
    const credentialId = ids[Math.floor(Math.random() * ids.length)] ?? '';
    times.push(await taken(() => reveal(stack, credentialId)));
  }
  return times.slice(times.length / 2);
};

/** A reveal among many, beside the same among few. */
export const growthOfReveals = async (
  stack: BenchStack,
  withFew: readonly number[],
  many: readonly string[],
  rounds: number,
): Promise<Figure> =>
  figureOf({
    name: 'one reveal',
    unit: 'ms',
    ours: await revealTimes(stack, many, rounds),
    floor: withFew,
    floorIs: `the same with ${FEW} credentials`,
    promise: { ratioUnder: PROMISED.revealRatio },
  });

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
