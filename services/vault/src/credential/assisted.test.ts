import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { attentionOf } from './attention.ts';
import { eventsOf } from './happened.ts';
import { nextStep } from './next-step.ts';
import { unregistered } from './state.ts';
import { unsettledOf } from './unsettled.ts';

// A rotation whose values a person makes and removes at the provider's site.

const { given } = spec;
const make = eventsOf({ credentialId: spec.id, address: spec.address });
const masks = { secretKey: 'sk_t...mnop' };
const HOUR_MS = 3_600_000;
const policy = { ...spec.policy, valueWithinMs: HOUR_MS };
const registered = make('credential.registered', { credentialType: 'stripe_secret_key', issuer: null, policy });
const first = make('credential.version-staged', { version: 1, epoch: null, publicFields: {}, masks });
const requested = make('rotation.requested', { epoch: 1, reason: 'manual', strategy: 'assisted' });
const staged = make('credential.version-staged', { version: 2, epoch: 1, publicFields: {}, masks });
const owed = (version: number, kind: 'issued-not-committed' | 'superseded-not-revoked') =>
  make('ledger.recorded', { kind, version, providerId: `version ${version}` });
const brought = make('rotation.value-given', { epoch: 1, version: 2 });
/** Of a type that is tested only by a check of its own; it has none. */
const other = make('credential.registered', { credentialType: 'generic', issuer: null, policy });
const asked = [registered, first, spec.imported(), requested] as const;
const underTest = [...asked, staged, owed(2, 'issued-not-committed'), spec.applied(2, 1), brought] as const;
const committed = [
  ...underTest,
  spec.tested(2, 1),
  spec.rotated(1, 2, 2, 1),
  spec.settled(2, 'committed'),
  spec.superseded(1, 2),
  owed(1, 'superseded-not-revoked'),
] as const;
const revoking = [...committed, spec.revoking(1, 1)] as const;
const reported = make('rotation.deletion-reported', { epoch: 1, version: 1 });

const give = (version = 2) =>
  ({ type: 'rotation.give-value', data: { epoch: 1, version, publicFields: {}, masks, sealed: spec.sealed } }) as const;
const report = { type: 'rotation.report-deletion', data: { epoch: 1 } } as const;

const stepAfter = (past: readonly ReturnType<typeof make>[], atSecond = 20) => {
  const { state } = given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  const next = nextStep(state, 1, spec.facts([], atSecond));
  return next.ok ? next.value : next.refusal;
};

describe('rotation.request', () => {
  const request = { type: 'rotation.request', data: { reason: 'manual' } } as const;
  it('waits for a person where no issuer is named', () => given(registered, first, spec.imported()).when(request).then(requested));
  it('waits for one also where there is no test', () => given(other, first, spec.imported()).when(request).then(requested));
});

describe('rotation.give-value', () => {
  it('stages what the person brings, which is at the provider already', () =>
    given(...asked)
      .when(give())
      .then(staged, owed(2, 'issued-not-committed'), spec.applied(2, 1), brought));
  it('is refused while one is being tested, and after the commit', () => {
    given(...underTest)
      .when(give(3))
      .thenRefused({ code: 'value-not-awaited', epoch: 1 });
    given(...committed)
      .when(give(3))
      .thenRefused({ code: 'value-not-awaited', epoch: 1 });
  });
  it('is refused in a rotation whose value we make', () =>
    given(...spec.base, spec.requested(1))
      .when(give())
      .thenRefused({ code: 'value-not-awaited', epoch: 1 }));
});

describe('a value that is brought again', () => {
  const failed = [...underTest, spec.tested(2, 1), spec.discarding(2, 1), spec.failed(1)] as const;
  const asksAgain = make('rotation.requested', { epoch: 2, reason: 'manual', strategy: 'assisted' });
  const stagedAgain = make('credential.version-staged', { version: 3, epoch: 2, publicFields: {}, masks, sameAs: 2 });
  const settled = [
    make('credential.version-brought-again', { version: 2, as: 3 }),
    spec.discarded(2, 1),
    spec.settled(2, 'restored'),
  ] as const;
  const owedAgain = make('ledger.recorded', { kind: 'issued-not-committed', version: 3, providerId: 'version 2' });
  const bring = (sameAs?: number) =>
    ({
      type: 'rotation.give-value',
      data: { epoch: 2, version: 3, publicFields: {}, masks, sealed: spec.sealed, ...(sameAs === undefined ? {} : { sameAs }) },
    }) as const;
  const again = [
    ...failed,
    asksAgain,
    stagedAgain,
    owedAgain,
    spec.applied(3, 2),
    make('rotation.value-given', { epoch: 2, version: 3 }),
  ] as const;
  const stateOf = (past: readonly ReturnType<typeof make>[]) => {
    const { state } = given(...past);
    if (state.status !== 'registered') throw new Error('the spec registers a credential first');
    return state;
  };

  it('settles what an earlier rotation left: nobody is told to remove what is about to be in use', () => {
    given(...failed, asksAgain)
      .when(bring(2))
      .then(stagedAgain, owedAgain, spec.applied(3, 2), make('rotation.value-given', { epoch: 2, version: 3 }), ...settled);
    const { ledger, versions } = stateOf([...again, ...settled]);
    expect(ledger.map(({ version }) => version)).toEqual([3]);
    expect(versions.map(({ status }) => status)).toEqual(['current', 'discarded', 'pending']);
  });
  it('is owed as the newer version, should that rotation fail as well', () => {
    const state = stateOf([...again, ...settled, spec.discarding(3, 2), spec.failed(2)]);
    expect(unsettledOf(state, unregistered, spec.facts())).toMatchObject([{ version: 3, strategy: 'assisted' }]);
  });
  it('is nobody’s business while the same secret is in use, whatever the log has not settled', () => {
    const state = stateOf(again);
    expect([unsettledOf(state, unregistered, spec.facts()), attentionOf(state)]).toEqual([[], null]);
  });
  it('settles nothing where it is another one', () =>
    given(...failed, asksAgain)
      .when(bring())
      .then(
        make('credential.version-staged', { version: 3, epoch: 2, publicFields: {}, masks }),
        owed(3, 'issued-not-committed'),
        spec.applied(3, 2),
        make('rotation.value-given', { epoch: 2, version: 3 }),
      ));
  it('is refused where it is the one in use: removing the old one in the end would remove it', () =>
    given(...failed, asksAgain)
      .when(bring(1))
      .thenRefused({ code: 'value-in-use', version: 1 }));
  it('may be the only one that works where the provider takes one at a time, and the alarm says so', () => {
    const namecheap = make('credential.registered', { credentialType: 'namecheap_api_key', issuer: null, policy });
    const refused = make('ledger.recorded', {
      kind: 'revoke-failed',
      version: 2,
      providerId: 'version 2',
      sentence: 'It is still taken.',
    });
    const ofOne = [...failed, refused].map((fact) => (fact === registered ? namecheap : fact));
    expect(attentionOf(stateOf(ofOne))).toMatchObject({
      needs: 'leftover',
      why: 'It is still taken. The provider takes one value at a time, so version 2 may be the only one that works: don’t remove it, bring it again.',
    });
  });
});

describe('a value that can’t be tested, because its provider can’t be asked', () => {
  const said = (verdict: 'unreachable' | 'rate-limited') =>
    make('credential.version-tested', { version: 2, epoch: 1, verdict, sentence: 'Stripe can’t be asked.', elapsedMs: 3 });
  const test = (verdict: 'unreachable' | 'rate-limited') =>
    ({ type: 'epoch.record-tested', data: { version: 2, epoch: 1, verdict, sentence: 'Stripe can’t be asked.', elapsedMs: 3 } }) as const;
  it('is waited for as long as a person may take to bring one, and it is said why', () => {
    expect(stepAfter([...underTest, said('unreachable')])).toMatchObject({
      step: 'test',
      version: 2,
      patienceMs: expect.toSatisfy((ms: number) => ms > HOUR_MS - 60_000 && ms < HOUR_MS),
      sentence:
        'Version 2 can’t be tested yet: Stripe can’t be asked. It is tried again and again, at most 1 h from when it was brought; then the rotation fails.',
    });
    expect(stepAfter(underTest, 4_000)).toMatchObject({ step: 'test', patienceMs: 0 });
  });
  it('is said once, until the provider says something else', () => {
    given(...underTest)
      .when(test('unreachable'))
      .then(said('unreachable'));
    given(...underTest, said('unreachable'))
      .when(test('unreachable'))
      .thenNothing();
    given(...underTest, said('unreachable'))
      .when(test('rate-limited'))
      .then(said('rate-limited'));
    given(...underTest, said('unreachable'))
      .when(spec.test(2, 1))
      .then(spec.tested(2, 1));
  });
});

describe('a value that the provider refuses', () => {
  const gone = [spec.tested(2, 1, 'invalid'), spec.discarded(2, 1), spec.settled(2, 'discarded')] as const;
  it('is forgotten', () =>
    given(...underTest)
      .when(spec.test(2, 1, 'invalid'))
      .then(...gone));
  it('is owed until it is dead where the provider may know it, and another one is awaited', () => {
    const leaving = make('credential.discard-started', { version: 2, epoch: 1, why: 'candidate-test-failed', replaceable: true });
    given(...underTest)
      .when(spec.test(2, 1, 'forbidden'))
      .then(spec.tested(2, 1, 'forbidden'), leaving);
    expect(stepAfter([...underTest, spec.tested(2, 1, 'forbidden'), leaving])).toMatchObject({
      step: 'await-value',
      version: 3,
      sentence: expect.stringContaining('was refused: forbidden'),
    });
    given(...underTest, spec.tested(2, 1, 'forbidden'), leaving)
      .when({ type: 'rotation.report-deletion', data: { epoch: 1, unprovenBecause: 'deleted at Stripe' } })
      .then(
        make('rotation.deletion-reported', { epoch: 1, version: 2 }),
        make('credential.version-discarded', { version: 2, epoch: 1, unproven: 'said', because: 'deleted at Stripe' }),
        spec.settled(2, 'discarded'),
      );
  });
  it('is followed by another one, of the next number', () => {
    expect(stepAfter([...underTest, ...gone])).toMatchObject({
      step: 'await-value',
      version: 3,
      sentence: expect.stringContaining('was refused: invalid'),
    });
  });
});

describe('what the epoch still needs', () => {
  it('is a value of a person, as long as the policy waits', () => {
    expect(stepAfter(asked)).toMatchObject({ step: 'await-value', version: 2, waitMs: 1_600, strategy: 'assisted' });
    expect(stepAfter(asked, 4_000)).toMatchObject({ step: 'fail-value', reasonCode: 'value-not-given' });
  });
  it('is a value as long as the policy waits from the approval on: before it nobody may bring one', () => {
    const hasty = make('credential.registered', {
      credentialType: 'stripe_secret_key',
      issuer: null,
      policy: { ...policy, valueWithinMs: 10_000 },
    });
    const unapproved = make('rotation.requested', { epoch: 1, reason: 'manual', strategy: 'assisted', approvals: 1 });
    const meanwhile = Array.from({ length: 10 }, (_, index) => spec.acknowledged(`i${index}`, 1, 1));
    const approved = [hasty, first, spec.imported(), unapproved, ...meanwhile, spec.by('bob', spec.approved(1, 1))];
    expect(stepAfter(approved, 20)).toMatchObject({ step: 'await-value', waitMs: 1_000 }); // 5 s after the approval, 16 after the request
    expect(stepAfter(approved, 25)).toMatchObject({ step: 'fail-value', reasonCode: 'value-not-given' });
  });
  it('is its test, then its commit', () => {
    expect(stepAfter(underTest)).toMatchObject({ step: 'test', version: 2 });
    expect(stepAfter([...underTest, spec.tested(2, 1)])).toMatchObject({ step: 'commit', version: 2 });
  });
  it('is no evidence of the provider: consumers are waited for alone', () =>
    expect(stepAfter(committed)).toMatchObject({ step: 'start-revocation', version: 1 }));
  it('is that a person removes the old one, then that the provider refuses it', () => {
    expect(stepAfter(revoking)).toMatchObject({ step: 'await-deletion', version: 1 });
    expect(stepAfter([...revoking, reported])).toMatchObject({ step: 'erase', version: 1 });
  });
  it('is a hold where nobody removes it until the deadline', () =>
    expect(stepAfter(revoking, 2 * 3_600)).toMatchObject({
      step: 'hold',
      sentence: 'Waiting: a person to remove the old value at the provider.',
    }));
});

describe('rotation.report-deletion', () => {
  it('is a person’s word, and proves nothing yet', () =>
    given(...revoking)
      .when(report)
      .then(reported));
  it('changes nothing when repeated', () =>
    given(...revoking, reported)
      .when(report)
      .thenNothing());
  it('is enough where the provider was asked and can’t say so, with the reason', () => {
    const because = { type: 'rotation.report-deletion', data: { epoch: 1, unprovenBecause: 'the account is closed' } } as const;
    given(...revoking)
      .when(because)
      .then(reported);
    given(...revoking, reported)
      .when(because)
      .then(
        reported,
        make('credential.version-revoked', { version: 1, epoch: 1, unproven: 'said', because: 'the account is closed' }),
        spec.settled(1, 'revoked'),
      );
  });
  it('is refused while the old one is still needed', () =>
    given(...committed)
      .when(report)
      .thenRefused({ code: 'deletion-not-awaited', epoch: 1 }));
});

describe('a secret that nobody can test', () => {
  const untested = (past: readonly ReturnType<typeof make>[]) => past.map((fact) => (fact === registered ? other : fact));
  const commit = { type: 'epoch.commit', data: { epoch: 1, version: 2, facts: spec.facts() } } as const;
  const taken = make('credential.rotated', { from: 1, to: 2, generation: 2, epoch: 1, untested: 'no-test' });
  const inUse = untested(
    [...committed]
      .map((fact) => (fact === committed[underTest.length + 1] ? taken : fact))
      .filter((fact) => fact !== committed[underTest.length]),
  );
  const leaving = [...inUse, spec.revoking(1, 1)];

  it('is committed when consumers had their say, and marked', () => {
    expect(stepAfter(untested(underTest))).toMatchObject({ step: 'commit', version: 2 });
    given(...untested(underTest))
      .when(commit)
      .then(taken, spec.settled(2, 'committed'), spec.superseded(1, 2), owed(1, 'superseded-not-revoked'));
  });
  it('is revoked on a person’s word, unproven', () => {
    const gone = [
      reported,
      make('credential.version-revoked', { version: 1, epoch: 1, unproven: 'no-test' }),
      spec.settled(1, 'revoked'),
    ] as const;
    expect(stepAfter(leaving)).toMatchObject({ step: 'await-deletion', version: 1 });
    given(...leaving)
      .when(report)
      .then(...gone);
    expect(stepAfter([...leaving, ...gone])).toMatchObject({ step: 'complete' });
  });
  it('of a failed rotation is owed until a person says that it is gone', () => {
    const failed = [...untested(underTest), spec.discarding(2, 1), spec.failed(1)];
    const word = make('rotation.deletion-reported', { epoch: 1, version: 2 });
    const gone = [
      make('credential.version-discarded', { version: 2, epoch: 1, unproven: 'no-test' }),
      spec.settled(2, 'discarded'),
    ] as const;
    given(...failed)
      .when(report)
      .then(word, ...gone);
    given(...failed, word, ...gone)
      .when(report)
      .thenRefused({ code: 'rotation-closed', epoch: 1 });
  });
  it('of the same user name is not the same secret', () => {
    const named = { username: 'orders' };
    const of = (version: number) => make('credential.version-staged', { version, epoch: null, publicFields: named, masks });
    const { state } = given(other, of(1), spec.imported(), of(2));
    expect(state.status === 'registered' && state.versions.map(({ providerId }) => providerId)).toEqual(['version 1', 'version 2']);
  });
});
