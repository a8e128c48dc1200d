import { describe, expect, it } from 'vitest';
import { afterRefusal, isWaitedFor, isWaitedOut } from './after-refusal.ts';

const denied = { code: 'issuer-denied', sentence: '' };
const unreachable = { code: 'provider-unreachable', sentence: '' };

describe('isWaitedFor', () => {
  const testing = (patienceMs?: number) =>
    ({ step: 'test', address: 'system.namecheap.main', sentence: '', ...(patienceMs === undefined ? {} : { patienceMs }) }) as const;
  it('is a provider that can’t be asked, as long as the vault says', () => {
    expect(isWaitedFor(testing(1), unreachable)).toBe(true);
    expect(isWaitedFor(testing(0), unreachable)).toBe(false);
  });
  it('is nobody where the vault says nothing of it, and no refusal that a wait doesn’t mend', () => {
    expect(isWaitedFor(testing(), unreachable)).toBe(false);
    expect(isWaitedFor(testing(1), denied)).toBe(false);
  });
});

describe('isWaitedOut', () => {
  const DAY_MS = 86_400_000;
  const throttled = { code: 'rate-limited', sentence: '', waitMs: 1_800_000 };
  const at = (step: 'stage' | 'test' | 'erase', more = {}) => ({ step, address: 'system.cloudflare.main', sentence: '', ...more });
  it('is a provider that took no calls for a day before the commit', () => {
    expect(isWaitedOut(at('stage'), throttled, DAY_MS)).toBe(true);
    expect(isWaitedOut(at('stage'), throttled, DAY_MS - 1)).toBe(false);
  });
  it('is none after the commit, none that the vault has patience with, and nothing else', () => {
    expect(isWaitedOut(at('erase'), throttled, 10 * DAY_MS)).toBe(false);
    expect(isWaitedOut(at('test', { patienceMs: 1 }), throttled, 10 * DAY_MS)).toBe(false);
    expect(isWaitedOut(at('stage'), unreachable, 10 * DAY_MS)).toBe(false);
  });
});

describe('afterRefusal', () => {
  it('fails the rotation at once before the commit', () => expect(afterRefusal('apply', denied, 1).fails).toBe(true));
  it('is patient with a provider that is down', () => expect(afterRefusal('apply', unreachable, 6).fails).toBe(false));
  it('gives up on a provider that stays down', () => expect(afterRefusal('apply', unreachable, 7).fails).toBe(true));
  it.each(['watch', 'hold', 'start-revocation', 'deny-logins', 'erase', 'complete'] as const)('never fails at %s', (step) =>
    expect(afterRefusal(step, denied, 1000).fails).toBe(false),
  );
  it('waits out what is known to end, and counts none of it', () => {
    const throttled = { code: 'rate-limited', sentence: '', waitMs: 1_800_000 };
    expect(afterRefusal('stage', throttled, 0)).toEqual({ fails: false, waitMs: 1_800_000 });
  });
  it('waits longer each time, up to a minute', () =>
    expect([1, 2, 3, 20].map((tries) => afterRefusal('erase', denied, tries).waitMs)).toEqual([500, 1000, 2000, 60_000]));
});
