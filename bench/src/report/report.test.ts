import { describe, expect, it } from 'vitest';
import { withFigures } from './docs.ts';
import { figureOf, type SuiteResult } from './figures.ts';
import { busyWarning, type Machine } from './machine.ts';
import { plotOf } from './plot.ts';
import { tableLines } from './table.ts';

const machine: Machine = {
  at: '2026-01-02T03:04:05.000Z',
  cores: 2,
  cpu: 'a <fast> one',
  memoryGiB: 8,
  node: 'v24',
  loadBefore: 0.5,
  loadAfter: 1,
};
const times = (ours: readonly number[]) =>
  figureOf({ name: '10 instances', unit: 'ms', ours, floor: [1, 2, 3], floorIs: 'a commit', promise: { ratioUnder: 5 } });
const suite = (...figures: SuiteResult['figures']): SuiteResult => ({ suite: 'Convergence', about: ['About it.'], figures });

describe('figureOf', () => {
  it('keeps a promise about the ratio of the medians', () => {
    expect(times([4, 8, 90])).toMatchObject({ ratio: 4, ours: { p99: 90, min: 4, count: 3 }, wanted: { isKept: true, limit: 10 } });
  });
  it('breaks it at the limit', () => expect(times([10]).wanted).toEqual({ sentence: 'under 5×', isKept: false, limit: 10 }));
  it('knows promises where more is better', () => {
    const promise = { ratioAtLeast: 0.5 };
    const rate = figureOf({ name: 'x', unit: 'a second', ours: [500], floor: [1000], floorIs: '', promise });
    expect(rate.wanted).toEqual({ sentence: 'at least 0.5×', isKept: true, limit: 500 });
  });
});

describe('what is reported', () => {
  it('says in the table when a promise is broken', () => {
    expect(tableLines(suite(times([10]))).join('\n')).toContain('under 5×: NOT KEPT');
  });
  it('plots each figure beside its floor', () => {
    const plot = plotOf(suite(times([4]), times([6])));
    expect(plot.match(/10 instances/gu)).toHaveLength(2);
    expect(plot).toContain('4.00 ms');
  });
  it('warns of a busy machine only', () => {
    expect(busyWarning(machine)).toBeNull();
    expect(busyWarning({ ...machine, loadBefore: 2.1 })).toContain('2.1 on 2 cores');
  });
});

describe('withFigures', () => {
  const page = 'before\n<!-- bench:start, written by `pnpm bench --write-docs` -->\nold\n<!-- bench:end -->\nafter\n';
  it('writes between its marks, and nowhere else', () => {
    const written = withFigures(page, machine, [suite(times([4]))]);
    expect(written).toMatch(/^before\n/u);
    expect(written).toMatch(/<!-- bench:end -->\nafter\n$/u);
    expect(written).toContain('| 10 instances (ms) | 4.00 |');
    expect(written).not.toContain('old');
    expect(withFigures(written, machine, [suite(times([4]))])).toBe(written);
  });
  it('leaves what was measured of others another day', () => {
    const other: SuiteResult = { suite: 'Rewrap', about: ['Others.'], figures: [times([3])] };
    const before = withFigures(page, machine, [suite(times([4])), other]);
    const after = withFigures(before, { ...machine, at: '2026-02-03T00:00:00.000Z' }, [suite(times([8]))]);
    expect(after).toContain('| 10 instances (ms) | 8.00 |');
    expect(after).not.toContain('| 10 instances (ms) | 4.00 |');
    expect(after).toMatch(/### Convergence\n\nMeasured 2026-02-03[^#]*### Rewrap\n\nMeasured 2026-01-02/u);
    expect(after).toContain('![Rewrap beside its floors](images/bench-rewrap.svg)');
  });
  it('refuses a page without marks', () => expect(() => withFigures('nothing', machine, [])).toThrow('no marks'));
});
