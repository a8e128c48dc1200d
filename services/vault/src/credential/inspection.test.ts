import type { IssuerInspection } from '@keyturn/contracts';
import { ok } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import type { CredentialCommand } from './command.ts';
import { decide } from './decide.ts';
import { eventsOf, type CredentialFact } from './happened.ts';
import { isInspecting, issuerToInspect } from './inspection.ts';

const make = eventsOf({ credentialId: spec.id, address: spec.address });
const fields = (version: number) => ({ host: 'db', port: '5432', database: 'orders', username: `orders_${version}` });
const stateOf = (...past: readonly CredentialFact[]) => {
  const { state } = spec.given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const saidBy = (issuer: IssuerInspection): CredentialCommand => ({
  type: 'errand.record-tested',
  data: { version: 1, verdict: 'valid', sentence: 'valid', elapsedMs: 3, rechecking: null, backupRetentionDays: 35, issuer },
});

describe('a test', () => {
  it('looks at the issuer, for the owner of all versions', () => {
    const past = [
      spec.registered(),
      make('credential.version-staged', { version: 1, epoch: null, publicFields: fields(1), masks: {} }),
      spec.imported(),
    ];
    expect(issuerToInspect(stateOf(...past), 1)).toEqual({ issuerId: spec.issuer, owner: fields(1) });
    expect([isInspecting(stateOf(...past)), isInspecting(stateOf(...past, spec.testAsked(1)))]).toEqual([false, true]);
  });
  it.each([
    ['there is none', [spec.registered({}, false), ...spec.base.slice(1), spec.testAsked(1)]],
    ['a rotation is open', [...spec.base, spec.requested(1), spec.testAsked(1)]],
    [
      'its value is only tried',
      [spec.registered(), spec.staged(1, null), make('credential.change-asked', { kind: 'value', version: 1, trial: true })],
    ],
    [
      'a person makes the next value',
      [
        spec.registered(),
        make('credential.version-staged', { version: 1, epoch: null, publicFields: { ...fields(1), roles: 'single' }, masks: {} }),
        spec.imported(),
        spec.testAsked(1),
      ],
    ],
  ])('looks at no issuer where %s', (_where, past) => {
    expect([issuerToInspect(stateOf(...past), 1), isInspecting(stateOf(...past))]).toEqual([null, false]);
  });
  it.each([
    ['has what it saw recorded with its verdict', spec.issuer, true],
    ['has nothing recorded that was seen of another than its issuer', spec.id, false],
  ] as const)('%s', (_what, issuerId, isRecorded) => {
    const issuer = { issuerId, lacks: [] };
    const { state } = spec.given(...spec.base, spec.testAsked(1));
    const tested = { version: 1, epoch: null, verdict: 'valid', sentence: 'valid', elapsedMs: 3 } as const;
    const expected = make('credential.version-tested', { ...tested, ...(isRecorded ? { issuer } : {}) });
    expect(decide(saidBy(issuer), state)).toEqual(ok([expected]));
  });
});
