import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { localProblem } from './api-problem.ts';
import { askAgain, whoIsDown } from './ask-again.ts';

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
  const leave = observer.subscribe(() => undefined);
  await settled();
  const look = async (): Promise<void> => {
    waiting.shift()?.();
    await settled();
  };
  return { client, note, waiting, world, observer, look, leave };
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
    ['audit-unavailable', 'audit', 'audit: database'],
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

  it('reads what would be answered at once, and goes on looking for the rest', async () => {
    const { client, note, world, look } = await given(localProblem('vault-unavailable', 503, 'It is not there'));
    const asked: string[] = [];
    const audits = new QueryObserver(client, {
      queryKey: ['audit'],
      queryFn: () => {
        asked.push('audit');
        return world.down?.length === 0
          ? Promise.resolve('an entry')
          : Promise.reject(localProblem('audit-unavailable', 503, 'It is not there'));
      },
    });
    audits.subscribe(() => undefined);
    await settled();
    note();
    world.down = ['audit'];
    await look();
    expect([world.asked, asked.length]).toEqual([2, 1]);
    world.down = [];
    await look();
    expect(audits.getCurrentResult().data).toBe('an entry');
  });

  it.each(['audit: 12 events behind the vault', 'audit: halted at message 2'])(
    'reads what audit would answer while it says: %s',
    async (trouble) => {
      const { note, world, look } = await given(localProblem('audit-unavailable', 503, 'It is not there'));
      note();
      world.down = [trouble];
      await look();
      expect(world.asked).toBe(2);
    },
  );

  it('looks again for what was asked for in vain, also while it looked', async () => {
    const { client, note, waiting, world, observer, look } = await given();
    client.getQueryCache().config.onError = note;
    note();
    world.down = ['audit']; // so that the gateway is there, and what is asked for is refused once more
    await look();
    expect([world.asked, waiting.length]).toEqual([2, 1]);
    world.down = [];
    await look();
    expect(observer.getCurrentResult().data).toBe('an answer');
  });

  it('has nothing to look for once nobody shows it', async () => {
    const { note, waiting, world, look, leave } = await given();
    note();
    leave();
    await look();
    expect([world.asked, waiting.length]).toEqual([1, 0]);
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

describe('whoIsDown', () => {
  afterEach(() => void vi.unstubAllGlobals());

  const saying = async (answer: () => Promise<Response>, hidden = false) => {
    vi.stubGlobal('document', { hidden });
    vi.stubGlobal('fetch', answer);
    return await whoIsDown();
  };

  it.each([
    ['nobody', () => Promise.resolve(Response.json({ status: 'ok', down: [] })), []],
    ['the vault', () => Promise.resolve(Response.json({ status: 'down', down: ['vault'] }, { status: 503 })), ['vault']],
    ['everybody: another server', () => Promise.resolve(new Response('<html>')), null],
    ['everybody: other words', () => Promise.resolve(Response.json({ ok: true })), null],
    ['everybody: silence', () => Promise.reject(new TypeError('failed to fetch')), null],
  ])('is %s', async (_, answer, expected) => expect(await saying(answer)).toEqual(expected));

  it('asks nobody while the page is not looked at', async () => {
    const answer = vi.fn<() => Promise<Response>>(() => Promise.resolve(Response.json({ down: [] })));
    expect([await saying(answer, true), answer.mock.calls]).toEqual([null, []]);
  });
});
