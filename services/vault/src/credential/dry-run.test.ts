import type { Actor, CredentialType } from '@keyturn/contracts';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { soakLeft } from './awaited.ts';
import { decide } from './decide.ts';
import { dryRun } from './dry-run.ts';
import type { Known } from './dry-run-findings.ts';
import { whyIrrevocable } from './ending.ts';
import { eventsOf, type CredentialFact } from './happened.ts';

// What a rotation asked for now would come to.

const make = eventsOf({ credentialId: spec.id, address: spec.address });
const by = { ...spec.person('ada'), name: 'Ada' };
const stateOf = (...past: readonly CredentialFact[]) => {
  const { state } = spec.given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const issuer = stateOf(...spec.base);
const known: Known = { issuer, facts: spec.facts(), isHeldBack: false, refusal: null };
const would = (past: readonly CredentialFact[], changes: Partial<Known> = {}, reason: 'manual' | 'compromised' = 'manual') =>
  dryRun(stateOf(...past), { reason, by }, { ...known, ...changes });
const codes = (...asked: Parameters<typeof would>): readonly string[] =>
  would(...asked).findings.map(({ code, blocks }) => `${blocks ? '!' : ''}${code}`);
const under = (changes: Partial<typeof spec.policy>) => [spec.registered(changes), ...spec.base.slice(1)];
const key = make('credential.registered', { credentialType: 'namecheap_api_key', issuer: null, policy: spec.policy });
const firstKey = make('credential.version-staged', {
  version: 1,
  epoch: null,
  publicFields: { apiUser: 'ada', username: 'ada', clientIp: '192.0.2.1' },
  masks: {},
});

describe('what is in the way', () => {
  it.each([
    ['nothing', spec.base, {}, []],
    ['an open rotation', [...spec.base, spec.requested(1)], {}, ['!rotation-open']],
    ['that it is disabled', [...spec.base, spec.disabled(2)], {}, ['!credential-disabled']],
    ['no issuer', [spec.registered({}, false), ...spec.base.slice(1)], { issuer: null }, ['!issuer-missing']],
    ['a deleted issuer', spec.base, { issuer: null }, ['!issuer-unknown']],
    ['a disabled issuer', spec.base, { issuer: stateOf(...spec.base, spec.disabled(2)) }, ['!issuer-disabled']],
    ['an issuer that doesn’t work', spec.base, { issuer: stateOf(...spec.base, spec.testedAlone(1, 'invalid')) }, ['!issuer-test-failed']],
    ['a restore', spec.base, { isHeldBack: true }, ['!restore-unchecked']],
    ['a test that fails', [...spec.base, spec.testedAlone(1, 'invalid')], {}, ['test-failing']],
    [
      'what the last one failed for, and left behind',
      [
        ...spec.base,
        spec.requested(1),
        spec.staged(2, 1),
        spec.owed(2, 'issued-not-committed'),
        make('rotation.failed', { epoch: 1, step: 'apply', reasonCode: 'issuer-lacks-privilege', sentence: 'GRANT it;' }),
      ],
      {},
      ['issuer-lacks-privilege', 'ledger-open'],
    ],
    ['a silent consumer', spec.base, { facts: spec.facts([spec.lease('a', [1], { silentMs: 40_000 })]) }, ['consumers-silent']],
    [
      'a consumer that may not try it',
      under({ preflightMs: 1_000 }),
      { facts: spec.facts([spec.lease('a', [1])], 20, ['orders']) },
      ['consumers-ungranted'],
    ],
  ] as const)('is %s', (_what, past, changes, expected) => {
    expect(codes(past, changes)).toEqual(expected);
    expect(would(past, changes).possible).toBe(expected.every((code) => !code.startsWith('!')));
  });
});

describe('what it would do', () => {
  it('is told step by step, with how long the policy waits', () => {
    const { steps } = would(under({ preflightMs: 1_000, approvals: 1, soakMs: 1_000 }), { facts: spec.facts([spec.lease('a', [1])]) });
    expect(steps.map(({ name, atMostMs }) => [name, atMostMs])).toEqual([
      ['approve', 86_400_000],
      ['make', null],
      ['apply', null],
      ['test', null],
      ['preflight', 1_000],
      ['commit', null],
      ['acknowledge', 3_600_000],
      ['deny', null],
      ['soak', 1_000],
      ['erase', null],
    ]);
    expect(steps.find(({ name }) => name === 'preflight')?.sentence).toBe('Before the commit version 2 is tried by orders/a.');
  });
  it('names who is asked and who is waited for', () => {
    const leases = [spec.lease('a', [1]), spec.lease('b', [1], { silentMs: 40_000 }), spec.lease('c', [1], { ended: 'goodbye' })];
    const { consumers } = would(under({ preflightMs: 1_000 }), { facts: spec.facts(leases) });
    expect(consumers.map(({ instance, state, preflight, awaited }) => [instance, state, preflight, awaited])).toEqual([
      ['a', 'live', true, true],
      ['b', 'silent', false, true],
      ['c', 'ended', false, false],
    ]);
  });
  it('says who must approve, and who may not', () =>
    expect(would(under({ approvals: 2 }))).toMatchObject({
      approvals: { needed: 2, notBy: 'ada', roles: ['admin', 'operator'] },
      sentence: 'It can be asked for. 2 other persons than Ada must approve it within 1 d: any admin or operator.',
    }));
  it('says what a compromised value shortens', () =>
    expect(would(under({ graceMs: 60_000 }), {}, 'compromised').waits).toEqual({
      graceMs: 0,
      deadlineMs: 300_000,
      onDeadline: 'escalate',
    }));
  it('says when a policy that forces would, for a compromised value: later, where whoever asks might not force', () => {
    const steps = (who: Actor) => {
      const plan = dryRun(stateOf(...under({ onDeadline: 'force' })), { reason: 'compromised', by: who }, known);
      return plan.steps.find(({ name }) => name === 'acknowledge')?.sentence;
    };
    const admin = { ...by, roles: ['admin'], authenticatedAt: '2026-01-01T00:00:00.000Z' };
    expect(steps(admin)).toMatch(/after 5 min the old version is revoked all the same\.$/u);
    expect(steps(by)).toMatch(/after 5 min both versions stay valid, and somebody is told .*, and after 1 h the old version is revoked/u);
  });
  it('says where two values can’t live side by side, and that a person makes it', () => {
    const { overlap, findings, strategy, steps } = would([key, firstKey, spec.imported()], { issuer: null });
    expect({ overlap: overlap.possible, strategy, findings: findings.map(({ code }) => code) }).toEqual({
      overlap: false,
      strategy: 'assisted',
      findings: ['no-overlap'],
    });
    expect(steps.map(({ name }) => name)).toEqual(['make', 'test', 'commit', 'acknowledge', 'erase']);
    expect(steps.find(({ name }) => name === 'acknowledge')?.sentence).toMatch(/; after 1 h the rotation is held\.$/u);
  });
  it.each([
    ['an OAuth client', 'oauth_client_secret', { clientId: 'orders', issuerUrl: 'https://sso.example/realms/main' }],
    ['a key of OpenAI, whose project nobody says', 'user_api_key', { provider: 'openai' }],
  ] as const)(
    'says of %s from before that a person makes the next value, whatever issuer it names',
    (_what, credentialType, publicFields) => {
      const ofBefore = (issuerType?: CredentialType) => [
        make('credential.registered', { credentialType, issuer: spec.issuer, ...(issuerType && { issuerType }), policy: spec.policy }),
        make('credential.version-staged', { version: 1, epoch: null, publicFields, masks: {} }),
        spec.imported(),
      ];
      for (const past of [ofBefore(), ofBefore('generic')]) {
        const { possible, strategy, findings } = would(past);
        expect({ possible, strategy, findings: findings.map(({ code, blocks }) => [code, blocks]) }).toEqual({
          possible: true,
          strategy: 'assisted',
          findings: [['issuer-unfit', false]],
        });
        const requested = decide({ type: 'rotation.request', data: { reason: 'manual' } }, stateOf(...past));
        expect(requested).toMatchObject({ value: [{ data: { strategy: 'assisted' } }] });
      }
      expect(whyIrrevocable(stateOf(...ofBefore()))).toContain('named before Keyturn looked');
      expect(whyIrrevocable(stateOf(...ofBefore('generic')))).toContain('another type');
    },
  );
  it('takes an issuer from before that has made a value for one that makes the next, whose limits were lost then', () => {
    const publicFields = { provider: 'openai', projectId: 'proj_shop' };
    const value = { publicFields, masks: {} };
    const ofBefore = [
      make('credential.registered', { credentialType: 'user_api_key', issuer: spec.issuer, policy: spec.policy }),
      make('credential.version-staged', { version: 1, epoch: null, ...value }),
      spec.imported(),
      make('rotation.requested', { epoch: 1, reason: 'manual', strategy: 'issued' }),
    ];
    const failed = make('rotation.failed', { epoch: 1, step: 'stage', reasonCode: 'issuer-denied', sentence: 'Who is that?' });
    expect(would([...ofBefore, failed]).strategy).toBe('assisted');
    const issued = [
      ...ofBefore,
      make('credential.version-staged', { version: 2, epoch: 1, ...value }),
      spec.tested(2, 1),
      spec.rotated(1, 2, 2, 1),
      spec.completed(1),
    ];
    const edited = [
      ...issued,
      make('credential.version-staged', { version: 3, epoch: null, editedFrom: 2, ...value }),
      spec.testedAlone(3, 'valid'),
      spec.changed(2, 3, 3),
    ];
    const byHand = [...issued, make('credential.version-staged', { version: 3, epoch: null, ...value }), spec.changed(2, 3, 3)];
    for (const past of [issued, edited, byHand]) {
      expect(would(past).strategy).toBe('issued');
      expect(whyIrrevocable(stateOf(...past))).toBeNull();
    }
    expect([issued, edited, byHand].map((past) => codes(past).includes('limits-not-copied'))).toEqual([false, false, true]);
  });
  it('says where the old value is deleted at once: no soak follows, for it can’t be let in again', () => {
    const publicFields = { provider: 'openai', projectId: 'proj_shop' };
    const ofOpenAi = (soakMs: number) => [
      make('credential.registered', {
        credentialType: 'user_api_key',
        issuer: spec.issuer,
        issuerType: 'openai_admin_key',
        policy: { ...spec.policy, soakMs },
      }),
      make('credential.version-staged', { version: 1, epoch: null, publicFields, masks: {} }),
      spec.imported(),
    ];
    const { steps, strategy } = would(ofOpenAi(60_000));
    expect([strategy, ...steps.map(({ name }) => name)]).toEqual(['issued', 'make', 'test', 'commit', 'acknowledge', 'deny', 'erase']);
    expect(steps.at(-2)?.sentence).toContain('deletes version 1 at once');
    expect(soakLeft(stateOf(...ofOpenAi(60_000)), 1, spec.facts().now)).toBe(0);
    expect(codes(ofOpenAi(0))).toEqual(['limits-not-copied']);
  });
});
