import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
import type { Caller } from '../identity/identity.ts';
import { NOW, testClock } from '../testing/test-app.ts';
import { overFor, type Watching } from './still-heard.ts';

const identity = { id: 'ada', name: 'Ada', kind: 'person' as const, roles: ['admin'], tier: null };
const byBearer: Caller = { ...identity, via: 'bearer', expiresAt: NOW + 3_600_000 };
const session = { identity, startedAt: NOW, seenAt: NOW, confirmedAt: NOW };
const byCookie: Caller = { ...identity, via: 'cookie', expiresAt: NOW + 3_600_000, session };

const watching = (changes: Partial<Watching> = {}) => {
  const clock = testClock();
  const deps: Watching = {
    revocations: { isRevoked: async () => false },
    standing: { confirm: async (shown) => ({ ...shown, confirmedAt: clock.now().getTime() }) },
    verifyBearer: async () => ok(byBearer),
    clock,
    ...changes,
  };
  return { deps, clock };
};
const away = async (): Promise<never> => {
  throw new ServiceUnavailable('identity-provider');
};

describe('the stream of a bearer token', () => {
  it('goes on while the token is taken, and no longer', async () => {
    let isDisabled = false;
    const verifyBearer: Watching['verifyBearer'] = async (token) =>
      token === 'a-token' && !isDisabled ? ok(byBearer) : refuse('token-invalid');
    const isOver = overFor(watching({ verifyBearer }).deps, byBearer, 'a-token');
    expect(await isOver()).toBe(false);
    isDisabled = true;
    expect(await isOver()).toBe(true);
  });
  it('ends where the token says other roles', async () => {
    const { deps } = watching({ verifyBearer: async () => ok({ ...byBearer, roles: ['operator'] }) });
    expect(await overFor(deps, byBearer, 'a-token')()).toBe(true);
  });
  it('ends within a minute of the last time that the token was checked', async () => {
    const { deps, clock } = watching({ verifyBearer: away });
    const isOver = overFor(deps, byBearer, 'a-token');
    clock.set(NOW + 15_000);
    expect(await isOver()).toBe(false);
    clock.set(NOW + 30_000); // what was taken for true at the start was up to half a minute old
    expect(await isOver()).toBe(true);
  });
});

describe('the stream of a session', () => {
  it('goes on while nobody can say, for as long as a request would be let in', async () => {
    let confirm: Watching['standing']['confirm'] = async (shown) => ({ ...shown, confirmedAt: NOW + 15_000 });
    const { deps, clock } = watching({ standing: { confirm: (shown) => confirm(shown) } });
    const isOver = overFor(deps, byCookie, null);
    clock.set(NOW + 15_000);
    expect(await isOver()).toBe(false);
    confirm = away;
    clock.set(NOW + 69_000);
    expect(await isOver()).toBe(false);
    clock.set(NOW + 70_000);
    expect(await isOver()).toBe(true);
  });
  it.each<[string, Partial<Watching>]>([
    ['is revoked', { revocations: { isRevoked: async () => true } }],
    ['is not stood by', { standing: { confirm: async () => null } }],
    ['has other roles', { standing: { confirm: async (shown) => ({ ...shown, identity: { ...identity, roles: [] } }) } }],
  ])('ends where it %s', async (_why, changes) => {
    expect(await overFor(watching(changes).deps, byCookie, null)()).toBe(true);
  });
});
