import { ok } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
import { NOW, testClock } from '../testing/test-app.ts';
import { sessionRevocations } from './session-revocations.ts';

const session = (startedAt: number, id = 'ada') => ({
  identity: { id, name: id, kind: 'person' as const, roles: [], tier: null },
  startedAt,
  seenAt: startedAt,
});

const start = () => {
  const clock = testClock();
  const state = { revokedBefore: null as string | null, isDown: false, asked: [] as string[] };
  const query = async (_name: string, { data }: { data: unknown }): Promise<never> => {
    state.asked.push((data as { personId: string }).personId);
    if (state.isDown) throw new ServiceUnavailable('vault');
    return ok({ revokedBefore: state.revokedBefore }) as never;
  };
  return { clock, state, revocations: sessionRevocations({ vault: { query }, clock }) };
};

describe('a session', () => {
  it('is good while its person revoked none', async () => {
    expect(await start().revocations.isRevoked(session(NOW))).toBe(false);
  });

  it('is revoked where it began before, and good where after', async () => {
    const { state, revocations } = start();
    state.revokedBefore = new Date(NOW).toISOString();
    const began = [NOW - 1, NOW, NOW + 1].map((at) => revocations.isRevoked(session(at)));
    expect(await Promise.all(began)).toEqual([true, true, false]);
  });

  it('is asked about once in half a minute, each person for itself', async () => {
    const { clock, state, revocations } = start();
    await Promise.all([
      revocations.isRevoked(session(NOW)),
      revocations.isRevoked(session(NOW)),
      revocations.isRevoked(session(NOW, 'bob')),
    ]);
    state.revokedBefore = new Date(NOW).toISOString();
    clock.set(NOW + 29_999);
    expect([await revocations.isRevoked(session(NOW)), state.asked]).toEqual([false, ['ada', 'bob']]);
    clock.set(NOW + 30_000);
    expect([await revocations.isRevoked(session(NOW)), state.asked]).toEqual([true, ['ada', 'bob', 'ada']]);
  });

  it('is asked about at once after a revocation here', async () => {
    const { state, revocations } = start();
    await revocations.isRevoked(session(NOW));
    state.revokedBefore = new Date(NOW).toISOString();
    revocations.forget('ada');
    expect(await revocations.isRevoked(session(NOW))).toBe(true);
  });

  it('lets nobody in while the vault cannot say, and is asked about again', async () => {
    const { state, revocations } = start();
    state.isDown = true;
    await expect(revocations.isRevoked(session(NOW))).rejects.toThrow(ServiceUnavailable);
    state.isDown = false;
    expect(await revocations.isRevoked(session(NOW))).toBe(false);
  });
});
