import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { keepRecord } from '../src/matrix/keep-record.ts';
import { type MatrixStack, startMatrixStack } from '../src/matrix/matrix-stack.ts';
import { planSlice } from '../src/matrix/plan.ts';
import { runBatch, type RunEnd } from '../src/matrix/run-batch.ts';
import { trySeededBug } from '../src/matrix/run-seeded.ts';
import { TRIALS } from '../src/matrix/trials.ts';

// A slice of the matrix (docs/faults.md), on one stack. `MATRIX_SEED` tries it with other seeds; each title says its own.

const firstSeed = Number(process.env['MATRIX_SEED'] ?? 1);
const SLICE = planSlice(firstSeed).map((planned) => {
  const [{ point, fault } = { point: '', fault: '' }] = planned.cells;
  const strategies = planned.cells.map(({ strategy }) => strategy).join(' and ');
  return { ...planned, title: `${point}, ${fault}, ${strategies}` };
});

let stack: MatrixStack | null = null;
const freshOrKept = async (): Promise<MatrixStack> => (stack ??= await startMatrixStack());
const stop = async (): Promise<void> => {
  await stack?.stop();
  stack = null;
};
// What is left of a run that failed shall not fail the next one.
afterEach(({ task }) => (task.result?.state === 'fail' ? stop() : undefined));
afterAll(stop);

const verdictOf = (end: RunEnd) => {
  const { cell, seed, reached, findings, record } = end;
  const isGood = reached && findings.length === 0;
  if (!isGood) keepRecord(end);
  return { cell, seed, reached, findings, notes: isGood ? [] : record.notes };
};

describe('a rotation that is stopped, and hit exactly there, is as promised:', () => {
  it.each(SLICE)('$title (seed $seed)', async ({ cells, copies, seed }) => {
    const ends = await runBatch(await freshOrKept(), { cells, copies, seed });
    expect(ends.map(verdictOf)).toEqual(cells.map(({ id: cell }) => ({ cell, seed, reached: true, findings: [], notes: [] })));
  });
});

describe('the checker', () => {
  it(`convicts a vault that takes a revocation for proven too early (seed ${firstSeed})`, async () => {
    const { end } = await trySeededBug(await freshOrKept(), 'revoke-early', firstSeed);
    expect(end).toMatchObject({ reached: true });
    expect(end.findings.map(({ invariant }) => invariant)).toContain(TRIALS['revoke-early'].convicts);
  });
});
