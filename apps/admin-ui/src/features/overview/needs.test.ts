import type { CredentialSummary, CredentialView, RotationSummary, RotationView } from '@keyturn/contracts/api';
import type { Attention } from '@keyturn/contracts/queries';
import { describe, expect, it } from 'vitest';
import { needsOfFailed, needsOfWaiting } from './needs.ts';

const SINCE = '2026-11-28T12:00:00Z';
const waiting = (needs: Attention['needs']) =>
  ({ credentialId: 'c', address: 'system.a.b', attention: { epoch: 3, needs, since: SINCE } }) as CredentialSummary;
const run = {
  credentialId: 'c',
  epoch: 3,
  requestedBy: { kind: 'person', id: 'ada', name: 'Ada' },
  approvals: { needed: 1, given: [], until: '2026-11-29T12:00:00Z' },
  forceAsked: { by: { kind: 'person', id: 'ben', name: 'Ben' }, at: SINCE, reason: 'it hangs', cutOff: [] },
  sentence: 'The vault’s sentence.',
} as unknown as RotationView;

describe('what waits for a person', () => {
  it.each([
    ['approval', 'A rotation waits for approval'],
    ['force-approval', 'A rotation is to be forced, which somebody else must approve'],
    ['value', 'A rotation waits for a person to bring the new value'],
    ['deletion', 'A rotation waits for a person to delete the old value at the provider'],
    ['held', 'A rotation is held'],
    ['escalated', 'A rotation is held'],
    ['leftover', 'Something is left at the provider that may still let somebody in'],
  ] as const)('is said of %s before its run is read, and alike afterwards, with the rotation that it is about', (needs, what) => {
    const said = { address: 'system.a.b', epoch: 3, tone: 'warn', what };
    expect(needsOfWaiting([waiting(needs)], [])).toEqual([{ credentialId: 'c', ...said }]);
    expect(needsOfWaiting([waiting(needs)], [run])).toMatchObject([said]);
  });

  it.each([
    ['approval', /^By somebody else than Ada\. Without it the rotation fails on .*2026/u],
    ['force-approval', /^Ben asks for it: it hangs$/u],
    ['held', /^The vault’s sentence\.$/u],
  ] as const)('has the details of %s from its run, and from no other', (needs, detail) => {
    expect(needsOfWaiting([waiting(needs)], [run])[0]?.detail).toMatch(detail);
    expect(needsOfWaiting([waiting(needs)], [{ ...run, epoch: 2 }])[0]?.detail).toBeUndefined();
  });

  it('has of a leftover why its provider keeps it, and nothing of how the run ended', () => {
    const left = { ...waiting('leftover'), attention: { epoch: 3, needs: 'leftover', since: SINCE, why: 'It is down.' } as const };
    expect(needsOfWaiting([left], [run])[0]?.detail).toBe('It is down.');
  });

  it('is nothing of a credential that needs nobody', () =>
    expect(needsOfWaiting([{ ...waiting('held'), attention: null }], [run])).toEqual([]));
});

describe('a rotation that failed', () => {
  const run = { credentialId: 'c', address: 'system.a.b', epoch: 3, failure: 'It got no answer.' } as RotationSummary;
  const credential = (status: string) =>
    ({ ...run, status: 'active', rotations: [{ status, failure: { sentence: 'The provider said no.' } }] }) as unknown as CredentialView;

  it('is said where it was the last, with why', () =>
    expect(needsOfFailed([{ run, credential: credential('failed') }])).toEqual([
      { credentialId: 'c', address: 'system.a.b', tone: 'bad', what: 'The last rotation failed', detail: 'The provider said no.' },
    ]));

  it('is nothing once a later one went well', () => expect(needsOfFailed([{ run, credential: credential('completed') }])).toEqual([]));

  it('is said also while the credential can’t be read, and no more than is known', () =>
    expect(needsOfFailed([{ run, credential: null }])).toMatchObject([
      { tone: 'bad', epoch: 3, what: expect.stringMatching(/^A rotation failed; whether/u), detail: 'It got no answer.' },
    ]));
});
