import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@keyturn/dev-stack';
import type { BugName } from '../inject/seeded-bugs.ts';
import { CELLS } from './cells.ts';
import { type MatrixStack, startMatrixStack } from './matrix-stack.ts';
import { tellRuns } from './report.ts';
import { runBatch, type RunEnd } from './run-batch.ts';
import { type Trial, TRIALS } from './trials.ts';

const REST_TIMEOUT_MS = 15_000;
const FIXTURES = join(projectRoot, 'tests', 'faults', 'fixtures');

const restart = async (stack: MatrixStack, process: Trial['process']): Promise<void> => {
  if (process === 'subscribers') await Promise.all(stack.subscribers.map((one) => one.restart()));
  else await stack.faults.stack.services[process].restart();
};

/** `isNamed`: the checker found the bug, by the invariant that it breaks. */
export type TriedBug = { readonly isNamed: boolean; readonly end: RunEnd };

/** One run with the bug in it; afterwards the process that had it is started anew without. */
export const trySeededBug = async (stack: MatrixStack, name: BugName, seed: number): Promise<TriedBug> => {
  const { cell: id, process, convicts, also: _also, ...how } = TRIALS[name];
  const cell = CELLS.find((one) => one.id === id);
  if (!cell) throw new Error(`there is no cell ${id}`);
  stack.seedBug(name);
  await restart(stack, process);
  const victim = how.point === undefined ? {} : { victim: stack.faults.stack.services.audit };
  const [end] = await runBatch(stack, { ...how, ...victim, cells: [cell], seed, bug: name, restTimeoutMs: REST_TIMEOUT_MS });
  stack.seedBug(null);
  await restart(stack, process);
  if (!end) throw new Error('there was no run');
  return { isNamed: end.reached && end.findings.some(({ invariant }) => invariant === convicts), end };
};

const writeFixture = (name: string, { record }: RunEnd): void => {
  mkdirSync(FIXTURES, { recursive: true });
  writeFileSync(join(FIXTURES, `${name}.json`), `${JSON.stringify(record)}\n`);
};

/** A good run of each strategy, for the checker's own test. */
const recordGood = async (stack: MatrixStack, seed: number): Promise<void> => {
  const cells = CELLS.filter(({ point, fault }) => point === 'K6' && fault === 'worker');
  for (const end of await runBatch(stack, { cells, seed })) writeFixture(`good-${end.record.strategy}`, end);
};

/** Tries every seeded bug; the rest is tried even if one was missed. */
export const runSeeded = async (options: {
  readonly seed: number;
  readonly only?: string | undefined;
  readonly keepRecords: boolean;
}): Promise<boolean> => {
  const wanted = options.only?.split(',');
  const names = (Object.keys(TRIALS) as BugName[]).filter((name) => wanted?.includes(name) ?? true);
  const missed: string[] = [];
  const stack = await startMatrixStack();
  try {
    if (options.keepRecords) await recordGood(stack, options.seed);
    for (const [index, name] of names.entries()) {
      const { isNamed, end } = await trySeededBug(stack, name, options.seed + index);
      console.log(`${isNamed ? 'caught' : 'MISSED'} ${name} by ${TRIALS[name].convicts}\n       ${tellRuns([end])}`);
      if (options.keepRecords) writeFixture(name, end);
      if (!isNamed) missed.push(name);
    }
  } finally {
    await stack.stop();
  }
  const named = missed.map((name) => `; missed: ${name}`).join('');
  console.log(`${names.length - missed.length} of ${names.length} seeded bugs caught and named${named}`);
  return missed.length === 0;
};
