import { describe, expect, it } from 'vitest';
import { throttle } from './throttle.ts';

/** A clock that only sleeping and working move. */
const world = () => {
  let at = 0;
  return {
    work: (ms: number) => void (at += ms),
    now: () => at,
    sleep: async (ms: number) => void (at += ms),
  };
};

describe('throttle', () => {
  it('lets rows pass at its rate, however long they took', async () => {
    const pace = world();
    const after = throttle(100, pace);
    for (let batch = 0; batch < 20; batch += 1) {
      pace.work(batch % 3 === 0 ? 700 : 100);
      await after(50);
    }
    expect(pace.now()).toBe(20 * 500);
  });
  it('goes no faster afterwards than a second of rest allows', async () => {
    const pace = world();
    const after = throttle(100, pace);
    pace.work(60_000);
    await after(100);
    expect(pace.now()).toBe(60_000);
    await after(100);
    expect(pace.now()).toBe(61_000);
  });
});
