import { describe, expect, it } from 'vitest';
import { percentile, spreadOf } from './percentile.ts';

describe('percentile', () => {
  it('answers a value that was measured', () => expect(percentile([40, 10, 30, 20], 50)).toBe(20));
  it('has the largest of few as its 99th', () => expect(percentile([3, 1, 2], 99)).toBe(3));
  it('leaves one of a hundred and fifty above the 99th', () =>
    expect(
      percentile(
        Array.from({ length: 150 }, (_, index) => index + 1),
        99,
      ),
    ).toBe(149));
  it('has none of nothing', () => expect(spreadOf([])).toEqual({ p50: null, p99: null }));
});
