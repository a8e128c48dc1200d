import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lossyOutput } from './lossy-output.ts';

/** A disk with room for so many bytes. */
let room: number;
let shown: string;
let told: number[];
beforeEach(() => {
  vi.useFakeTimers();
  [room, shown, told] = [Number.MAX_SAFE_INTEGER, '', []];
});
afterEach(() => {
  vi.useRealTimers();
});

const output = (most = 100) => {
  const made = lossyOutput({
    fd: -1,
    most,
    onLost: (lines) => {
      told.push(lines);
      made.write(`lost ${lines}\n`);
    },
    put: (chunk, done) => {
      const bytes = Math.min(room, chunk.length);
      room -= bytes;
      shown += chunk.subarray(0, bytes).toString();
      setImmediate(() => (bytes === 0 ? done(new Error('ENOSPC'), 0) : done(null, bytes)));
    },
  });
  return made;
};

describe('the output of a log', () => {
  it('writes every line in order, many at once', async () => {
    const { write } = output();
    for (const line of ['one\n', 'two\n', 'three\n']) write(line);
    await vi.runAllTimersAsync();
    expect(shown).toBe('one\ntwo\nthree\n');
  });

  it('keeps lines while there is no room, even half of one, and loses none of them', async () => {
    const { write } = output();
    room = 6;
    for (const line of ['one\n', 'two\n', 'three\n']) write(line);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(shown).toBe('one\ntw');
    room = 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([shown, told]).toEqual(['one\ntwo\nthree\n', []]);
  });

  it('loses what it may not keep, and says how many lines once there is room', async () => {
    const { write } = output(12);
    room = 0;
    write('first\n');
    for (let line = 0; line < 10; line += 1) write(`line ${line}\n`);
    await vi.advanceTimersByTimeAsync(60_000);
    room = 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([shown, told]).toEqual(['first\nline 0\nlost 9\n', [9]]);
    write('after\n');
    await vi.runAllTimersAsync();
    expect(shown).toMatch(/after\n$/);
  });
});
