import { describe, expect, it } from 'vitest';
import { reckonedClock } from './reckoned-clock.ts';

describe('the reckoned clock', () => {
  const setUp = () => {
    const machine = { ms: 1_000 };
    return { machine, clock: reckonedClock(() => machine.ms) };
  };

  it('knows nothing before its first reading', () => {
    expect(setUp().clock.now()).toBeNull();
  });

  it('goes on from the last reading, to the microsecond', () => {
    const { machine, clock } = setUp();
    clock.read('2026-01-01T00:00:00.999250Z');
    expect(clock.now()).toBe('2026-01-01T00:00:00.999250Z');
    machine.ms += 1.5;
    expect(clock.now()).toBe('2026-01-01T00:00:01.000750Z');
  });

  it('never goes back because a reading came late', () => {
    const { machine, clock } = setUp();
    clock.read('2026-01-01T00:00:00.000000Z');
    machine.ms += 10;
    expect(clock.now()).toBe('2026-01-01T00:00:00.010000Z');
    clock.read('2026-01-01T00:00:00.008000Z');
    expect(clock.now()).toBe('2026-01-01T00:00:00.010000Z');
    machine.ms += 5;
    expect(clock.now()).toBe('2026-01-01T00:00:00.013000Z');
  });

  it('follows a database whose clock was set back', () => {
    const { clock } = setUp();
    clock.read('2026-01-01T01:00:00.000000Z');
    clock.now();
    clock.read('2026-01-01T00:00:00.000000Z');
    expect(clock.now()).toBe('2026-01-01T00:00:00.000000Z');
  });
});
