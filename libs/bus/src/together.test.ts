import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { together } from './together.ts';

it('runs what comes in one turn of the loop at its end, in order, and what comes meanwhile in the next', async () => {
  const inOneGo = together();
  const ran: string[] = [];
  inOneGo(() => {
    ran.push('a');
    inOneGo(() => ran.push('c'));
  });
  inOneGo(() => ran.push('b'));
  expect(ran).toEqual([]);
  await setImmediate();
  expect(ran).toEqual(['a', 'b']);
  await setImmediate();
  expect(ran).toEqual(['a', 'b', 'c']);
});
