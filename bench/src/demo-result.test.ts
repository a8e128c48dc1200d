import { describe, expect, it } from 'vitest';
import { judgeDemo, resultLines } from './demo-result.ts';
import type { Load } from './load.ts';
import type { RotationFigures } from './run-rotations.ts';

const rotation = (epoch: number, changed: Partial<RotationFigures> = {}): RotationFigures => ({
  epoch,
  status: 'completed',
  convergenceMs: 40 + epoch,
  overlapMs: 2_000,
  totalMs: 4_000,
  acknowledgedBy: ['orders/one'],
  sentence: 'done',
  ...changed,
});
const load: Load = { loginsTried: 1_234, loginsFailed: 0, queriesTried: 56_789, queriesFailed: 0, failures: [], doubts: [] };

describe('judgeDemo', () => {
  it('is content with complete rotations under a load without a failure', () => {
    const result = judgeDemo(2, [rotation(1), rotation(2)], load);
    expect(result).toMatchObject({ ok: true, completed: 2, convergenceMs: { p50: 41, p99: 42 }, broken: [] });
    expect(resultLines(result).join('\n')).toContain('Not one login and not one query failed.');
  });

  it.each([
    ['a failed login', { loginsFailed: 1 }, '1 logins failed'],
    ['a failed query', { queriesFailed: 3 }, '3 queries failed'],
    ['a failure that the counters miss', { failures: ['{}'] }, 'the workload wrote down more failures than it counts'],
    ['a workload that restarted', { doubts: ['orders-one restarted'] }, 'orders-one restarted'],
  ])('breaks over %s', (_what, changed, sentence) => {
    const result = judgeDemo(1, [rotation(1)], { ...load, ...changed });
    expect(result).toMatchObject({ ok: false, broken: [sentence] });
  });

  it('breaks over a rotation that did not complete', () => {
    const result = judgeDemo(3, [rotation(1), rotation(2, { status: 'failed', sentence: 'no answer' })], load);
    expect(result.broken).toEqual(['rotation 2 did not complete: no answer', 'only 2 of 3 rotations were made']);
    expect(result).toMatchObject({ completed: 1, totalMs: { p50: 4_000 } });
  });
});
