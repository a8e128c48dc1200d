import { describe, expect, it } from 'vitest';
import { createRestartPace } from './restart-pace.ts';

/** Sweeps as often as asked; each run has ended by the next sweep. Tells in which sweeps it was started. */
const startsOf = (sweeps: number, runOf: (sweep: number) => string): number[] => {
  const pace = createRestartPace();
  const started: number[] = [];
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    if (!pace.isDue('rotate/x/1')) continue;
    started.push(sweep);
    pace.started('rotate/x/1', runOf(sweep));
  }
  return started;
};

describe('restart pace', () => {
  it('asks at every sweep while the run goes on', () => expect(startsOf(4, () => 'same')).toEqual([0, 1, 2, 3]));
  it('restarts a run that ended once at the next sweep', () =>
    expect(startsOf(4, (sweep) => (sweep === 0 ? 'first' : 'second'))).toEqual([0, 1, 2, 3]));
  it('gives a run that ends again and again ever longer pauses', () => expect(startsOf(20, String)).toEqual([0, 1, 2, 4, 8, 16]));
  it('forgets what is no longer open', () => {
    const pace = createRestartPace();
    for (const runId of ['a', 'b', 'c']) pace.started('rotate/x/1', runId);
    expect(pace.isDue('rotate/x/1')).toBe(false);
    pace.keepOnly([]);
    expect(pace.isDue('rotate/x/1')).toBe(true);
  });
});
