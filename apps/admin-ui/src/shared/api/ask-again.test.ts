import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { localProblem } from './api-problem.ts';
import { askAgain } from './ask-again.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const silence = localProblem('unreachable', 0, 'Nobody answers');

type World = { down: readonly string[] | null; asked: number };

/** A query on show, and nobody there to answer it at first: neither the gateway, nor anybody behind it. */
const given = async (problem = silence) => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
  const waiting: Array<() => void> = [];
  const world: World = { down: null, asked: 0 };
  const note = askAgain(client, { whoIsDown: () => Promise.resolve(world.down), schedule: (run) => waiting.push(run) });
  const queryFn = (): Promise<string> => {
    world.asked += 1;
    return world.down?.length === 0 ? Promise.resolve('an answer') : Promise.reject(problem);
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
    world.down = [];
    await look();
    expect([world.asked, observer.getCurrentResult().data]).toEqual([2, 'an answer']);
  });

  it.each([
    ['unreachable', 'vault', 'vault: postgres'],
    ['vault-unavailable', 'vault', 'nats'],
    ['audit-unavailable', 'audit', 'audit: postgres'],
    ['identity-provider-unavailable', 'oidc', 'oidc'],
  ])('leaves what was not answered for want of somebody (%s) alone while %s or %s is down', async (code, ...names) => {
    const { note, world, observer, look } = await given(localProblem(code, 503, 'It is not there'));
    note();
    for (const name of names) {
      world.down = [name];
      await look();
      expect([world.asked, observer.getCurrentResult().status]).toEqual([1, 'error']);
    }
    world.down = [];
    await look();
    expect(observer.getCurrentResult().data).toBe('an answer');
  });

  it('reads what others than those who are down would answer', async () => {
    const { note, waiting, world, look } = await given(localProblem('vault-unavailable', 503, 'It is not there'));
    note();
    world.down = ['audit', 'oidc', 'events'];
    await look();
    expect([world.asked, waiting.length]).toEqual([2, 0]);
  });

  it('looks once at a time, however many were not answered', async () => {
    const { note, waiting, world, look } = await given();
    note();
    note();
    expect(waiting).toHaveLength(1);
    await look();
    expect(waiting).toHaveLength(1);
    world.down = [];
    await look();
    expect(waiting).toHaveLength(0);
    note();
    expect(waiting).toHaveLength(1);
  });

  it('does not ask for what had an answer', async () => {
    const { note, world, look } = await given();
    world.down = [];
    note();
    await look();
    note();
    await look();
    expect(world.asked).toBe(2);
  });
});
