import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { refusedBecause, usableVersionOf } from './usable.ts';

const after = (...verdicts: Parameters<typeof spec.testedAlone>[1][]) => {
  const tests = verdicts.flatMap((verdict) => [spec.testAsked(1), spec.testedAlone(1, verdict)]);
  const { state } = spec.given(...spec.base, ...tests);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return [refusedBecause(state), usableVersionOf(state, '2026-01-01T00:00:00.000Z')?.version.version ?? null];
};

describe('a credential that its provider refused', () => {
  it('can’t be used', () => expect(after('valid', 'invalid')).toEqual(['invalid', null]));
  it.each(['rate-limited', 'unreachable'] as const)('is not usable again because a test ended as %s', (verdict) =>
    expect(after('invalid', verdict, verdict)).toEqual(['invalid', null]),
  );
  it('can be used once a test goes well', () => expect(after('invalid', 'rate-limited', 'valid')).toEqual([null, 1]));
});

it('A value that nobody could test yet can be used', () => expect(after('unreachable')).toEqual([null, 1]));
