import { describe, expect, it } from 'vitest';
import { CELLS, REACHABLE } from './cells.ts';
import { matrixTable, planRuns, planSlice } from './plan.ts';
import { between, randomOf } from './random.ts';
import { matrixPicture } from './picture.ts';
import { report, type Run, tellReport, withReport } from './report.ts';

const idsOf = (planned: ReturnType<typeof planRuns>): string[] => planned.flatMap(({ cells }) => cells.map(({ id }) => id));
const run = (cell: string, more: Partial<Run> = {}): Run => ({
  cell,
  seed: 1,
  address: 'system.x.y',
  reached: true,
  ms: 1,
  ends: [],
  findings: [],
  ...more,
});

describe('the matrix', () => {
  it('has thirteen points by two strategies by four faults, each reachable or with its reason', () => {
    expect(new Set(CELLS.map(({ id }) => id)).size).toBe(13 * 2 * 4);
    expect(CELLS.filter(({ whyNot }) => whyNot !== null).map(({ id }) => id)).toEqual([
      'K4/chosen/vault',
      'K4/chosen/worker',
      'K4/chosen/subscriber',
      'K4/chosen/paused worker',
    ]);
  });

  it('is run twice in each round, with a seed of its own for each fault', () => {
    const planned = planRuns(1, 100);
    const runs = planned.flatMap(({ cells, copies }) => (copies === 2 ? [...cells, ...cells] : cells));
    expect(runs.map(({ id }) => id).toSorted()).toEqual([...REACHABLE, ...REACHABLE].map(({ id }) => id).toSorted());
    expect(planned.map(({ seed }) => seed).toSorted((a, b) => a - b)).toEqual(planned.map((_, index) => 100 + index));
    expect(runs.length).toBeGreaterThanOrEqual(200);
  });

  it('has a slice of nine cells, among them the value that nobody sealed', () => {
    expect(idsOf(planSlice(1))).toHaveLength(9);
    expect(idsOf(planSlice(1))).toContain('K4/issued/worker');
  });

  it('is decided by its seed alone', () => {
    const [one, same, other] = [randomOf(7), randomOf(7), randomOf(8)];
    const numbers = (random: () => number) => Array.from({ length: 5 }, () => between(random, 0, 1_000));
    const first = numbers(one);
    expect(numbers(same)).toEqual(first);
    expect(numbers(other)).not.toEqual(first);
  });
});

describe('the report', () => {
  const planned = planSlice(1);
  const all = idsOf(planned).map((cell) => run(cell));

  it('is good where every planned cell was reached and nothing was found', () => expect(report(all, planned).isGood).toBe(true));

  it('names a cell that was never reached, and is not good', () => {
    const told = report(all.slice(1), planned);
    expect(told.isGood).toBe(false);
    expect(tellReport(told)).toContain('never reached: K3/chosen/worker');
  });

  it('is not good where a run missed its point, even if another one did not', () =>
    expect(report([...all, run('K3/chosen/worker', { reached: false })], planned).isGood).toBe(false));

  it('names what was found, with its seed', () => {
    const found = run('K0/issued/vault', { seed: 42, findings: [{ invariant: 'I2', sentence: 'an orphan' }] });
    expect(report([...all, found], planned)).toMatchObject({ isGood: false });
    expect(tellReport(report([...all, found], planned))).toContain('K0/issued/vault 42: I2: an orphan');
  });

  it('says how many runs there were, and with which seeds', () =>
    expect(
      report(
        [4, 1, 2, 9, 3].map((seed) => run('K0/issued/vault', { seed })),
        [],
      ).summary,
    ).toBe('5 runs under 5 faults: 1 cells reached, 0 not; 0 violations. Seeds: 1–4, 9. Runs by commit: not written down (5)'));

  it('says of which commit each was', () => {
    const runs = [run('K0/issued/vault', { commit: 'abc1234' }), run('K0/issued/vault'), run('K0/issued/vault', { commit: 'abc1234' })];
    expect(report(runs, []).summary).toContain('Runs by commit: abc1234 (2), not written down (1)');
  });

  it('shows what is not reachable', () =>
    expect(matrixTable(new Map())).toContain('| K4 | the reply is in memory, and not sealed | chosen | not reachable |'));

  it('is written between the marks of the page, which otherwise stays as it is', () => {
    const marks = ['<!-- matrix:start, written by `pnpm test:matrix --write-docs` -->', '<!-- matrix:end -->'] as const;
    const written = withReport(`before\n${marks[0]}\nold\n${marks[1]}\nafter`, report(all, planned));
    expect(written.startsWith(`before\n${marks[0]}\n\n${all.length} runs under 1 faults`)).toBe(true);
    expect(written.endsWith(`\n\n${marks[1]}\nafter`)).toBe(true);
    expect(written).not.toContain('old');
    expect(() => withReport('a page without them', report(all, planned))).toThrow('no marks');
  });

  it('is a picture with a square for each cell', () => {
    const squares = matrixPicture(new Map([['K0/issued/vault', 3]])).match(/<rect x="/gu);
    expect(squares).toHaveLength(CELLS.length);
  });
});
