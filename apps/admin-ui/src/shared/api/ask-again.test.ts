import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { localProblem } from './api-problem.ts';
import { askAgain } from './ask-again.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A query on show, and nobody there to answer it at first. */
const given = async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
  const waiting: Array<() => void> = [];
  const world = { isThere: false, asked: 0 };
  const note = askAgain(client, { isThere: () => Promise.resolve(world.isThere), schedule: (run) => waiting.push(run) });
  const queryFn = (): Promise<string> => {
    world.asked += 1;
    return world.isThere ? Promise.resolve('an answer') : Promise.reject(localProblem('unreachable', 0, 'Nobody answers'));
  };
  const observer = new QueryObserver(client, { queryKey: ['one'], queryFn });
  observer.subscribe(() => undefined);
  await settled();
  const look = async (): Promise<void> => {
    waiting.shift()?.();
    await settled();
  };
  return { note, waiting, world, observer, look };
};

describe('askAgain', () => {
  it('leaves what was not answered alone until somebody is there, and then reads it', async () => {
    const { note, world, observer, look } = await given();
    note();
    await look();
    expect([world.asked, observer.getCurrentResult().status]).toEqual([1, 'error']);
    world.isThere = true;
    await look();
    expect([world.asked, observer.getCurrentResult().data]).toEqual([2, 'an answer']);
  });

  it('looks once at a time, however many were not answered', async () => {
    const { note, waiting, world, look } = await given();
    note();
    note();
    expect(waiting).toHaveLength(1);
    await look();
    expect(waiting).toHaveLength(1);
    world.isThere = true;
    await look();
    expect(waiting).toHaveLength(0);
    note();
    expect(waiting).toHaveLength(1);
  });

  it('does not ask for what had an answer', async () => {
    const { note, world, look } = await given();
    world.isThere = true;
    note();
    await look();
    note();
    await look();
    expect(world.asked).toBe(2);
  });
});
