import { describe, expect, it } from 'vitest';
import { workQueue } from './work-queue.ts';

const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: () => resolve(), passed: promise };
};

describe('a work queue', () => {
  it('runs as many tasks at once as it may, and the others after them, in order', async () => {
    const work = workQueue({ concurrency: 2, maxWaiting: 10 });
    const gates = [gate(), gate(), gate()];
    const started: number[] = [];
    gates.forEach(({ passed }, at) => work.push(() => (started.push(at), passed)));
    expect(started).toEqual([0, 1]);
    gates[1]!.open();
    gates[2]!.open();
    gates[0]!.open();
    await work.idle();
    expect(started).toEqual([0, 1, 2]);
  });
  it('refuses what would wait beyond its limit', async () => {
    const work = workQueue({ concurrency: 1, maxWaiting: 1 });
    const { open, passed } = gate();
    expect([1, 2, 3].map(() => work.push(() => passed))).toEqual([true, true, false]);
    open();
    await work.idle();
  });
  it('is idle when nothing runs', () => expect(workQueue({ concurrency: 1, maxWaiting: 1 }).idle()).resolves.toBeUndefined());
});
