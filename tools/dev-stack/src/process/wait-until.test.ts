import { expect, it } from 'vitest';
import { waitUntil } from './wait-until.ts';

it('asks again until the condition holds, and takes a throw for "not yet"', async () => {
  let asked = 0;
  const condition = (): boolean => {
    asked += 1;
    if (asked === 1) throw new Error('connection refused');
    return asked === 3;
  };
  expect(await waitUntil(condition, { timeoutMs: 5_000, everyMs: 1 })).toBe(true);
  expect(asked).toBe(3);
});

it('gives up at the deadline, having asked at least once', async () => {
  expect(await waitUntil(() => false, { timeoutMs: 0 })).toBe(false);
  expect(await waitUntil(() => true, { timeoutMs: 0 })).toBe(true);
});
