import { describe, expect, it } from 'vitest';
import type { Fence } from '../fence.ts';
import { admitStep, formatRoleComment, parseRoleComment, type RoleState, type RoleStep } from './role-mark.ts';

const fence = (change: Partial<Fence> = {}): Fence => ({ credentialId: 'c-1', incarnation: 1, epoch: 4, version: 7, ...change });
const outcome = (step: RoleStep, found: Partial<Fence>, state: RoleState = 'open') => {
  const result = admitStep({ step, username: 'orders', mark: { fence: fence(found), state }, fence: fence() });
  return result.ok ? 'admitted' : result.refusal.code;
};

describe('a role comment', () => {
  it.each(['open', 'denied', 'erased'] as const)('comes back as it was written (%s)', (state) => {
    const mark = { fence: fence(), state };
    expect(parseRoleComment(formatRoleComment(mark, 'owned by team orders\nask Ada'))).toEqual({
      mark,
      words: 'owned by team orders\nask Ada',
    });
  });

  it('starts with the fence in the agreed form', () =>
    expect(formatRoleComment({ fence: fence(), state: 'open' }, '')).toBe('keyturn:c-1:1.4:7'));

  it('is all words where we never wrote', () =>
    expect(parseRoleComment('see keyturn: the wiki')).toEqual({ words: 'see keyturn: the wiki' }));

  it('is found below words that somebody put first', () =>
    expect(parseRoleComment('hands off\nkeyturn:c-1:1.4:7').mark).toEqual({ fence: fence(), state: 'open' }));

  it('may be absent', () => expect(parseRoleComment(null)).toEqual({ words: '' }));
});

describe('admitStep', () => {
  it('admits every step on a role without a mark', () =>
    expect(admitStep({ step: 'apply', username: 'orders', mark: undefined, fence: fence() }).ok).toBe(true));

  it.each([
    ['an older version', { version: 6 }],
    ['an older epoch with a higher version', { epoch: 3, version: 9 }],
    ['an older incarnation with a higher epoch', { incarnation: 0, epoch: 9 }],
    ['the same fence', {}],
  ])('admits a change after %s', (_what, found) => expect(outcome('apply', found)).toBe('admitted'));

  it.each([
    ['a newer version', { version: 8 }],
    ['a newer epoch with a lower version', { epoch: 5, version: 1 }],
    ['a newer incarnation with a lower epoch', { incarnation: 2, epoch: 1 }],
  ])('refuses a change after %s', (_what, found) => expect(outcome('erase', found)).toBe('stale-epoch'));

  it.each(['denied', 'erased'] as const)('refuses an apply that wakes after its version was %s', (state) =>
    expect(outcome('apply', {}, state)).toBe('stale-epoch'),
  );

  it('admits an apply of a newer version to an erased role', () =>
    expect(outcome('apply', { epoch: 3, version: 5 }, 'erased')).toBe('admitted'));

  it("refuses another credential's role", () => expect(outcome('deny', { credentialId: 'c-2' })).toBe('login-claimed'));
});
