import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { describe, expect, it } from 'vitest';
import { createSettlePace } from './settle-pace.ts';

const SECOND = 1_000;
const candidate: UnsettledCandidate = {
  credentialId: '01997a3e-0000-7000-8000-000000000001',
  address: 'system.postgres.orders',
  version: 2,
  epoch: 1,
  incarnation: 1,
  providerId: 'orders_kt1',
  publicFields: { username: 'orders_kt1' },
  owedForMs: 0,
  issuerGeneration: 1,
};

const aPace = () => {
  let at = 1_000_000 * SECOND;
  const pace = createSettlePace({ firstMs: SECOND, longestMs: 10 * SECOND, clock: { now: () => new Date(at) } });
  const pass = (ms: number) => (at += ms);
  /** In which seconds it is tried, failing each time. */
  const triesIn = (seconds: number, of = candidate): number[] =>
    Array.from({ length: seconds }, (_, second) => {
      const isDue = pace.isDue(of);
      if (isDue) pace.failed(of);
      pass(SECOND);
      return isDue ? [second] : [];
    }).flat();
  return { pace, pass, triesIn };
};

describe('the pace of settling', () => {
  it('rests twice as long after each failure, and never longer than the longest', () =>
    expect(aPace().triesIn(46)).toEqual([0, 1, 3, 7, 15, 25, 35, 45]));

  it.each([
    ['its issuer has another value', { issuerGeneration: 2 }],
    ['it is another epoch’s', { epoch: 2 }],
  ])('begins anew when %s', (_what, change) => {
    const { triesIn } = aPace();
    triesIn(10);
    expect(triesIn(8, { ...candidate, ...change })).toEqual([0, 1, 3, 7]);
  });

  it('is not begun anew by its getting older', () => {
    const { pace } = aPace();
    pace.failed(candidate);
    expect(pace.isDue({ ...candidate, owedForMs: 500 })).toBe(false);
  });

  it('tries once after a restart, and then is as patient as what is owed is old', () => {
    expect(aPace().triesIn(20, { ...candidate, owedForMs: 40 * SECOND })).toEqual([0, 5, 15]);
    expect(aPace().triesIn(25, { ...candidate, owedForMs: 3_600 * SECOND })).toEqual([0, 10, 20]);
  });

  it('keeps the pace of each thing, and forgets what is settled', () => {
    const { pace } = aPace();
    const other = { ...candidate, version: 3 };
    pace.failed(candidate);
    expect([pace.isDue(candidate), pace.isDue(other)]).toEqual([false, true]);
    pace.keepOnly([other]);
    expect(pace.isDue(candidate)).toBe(true);
  });

  it('does not wait for a clock that was set back', () => {
    const { pace, pass } = aPace();
    pace.failed(candidate);
    pass(-3_600 * SECOND);
    expect(pace.isDue(candidate)).toBe(true);
  });
});
