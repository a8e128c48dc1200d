import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import type { CommandOf, CredentialCommand } from './command.ts';
import { eventsOf } from './happened.ts';
import { knownOf, versionOf } from './state.ts';

// A value that somebody brings: staged, tested, committed.

const { given } = spec;
const make = eventsOf({ credentialId: spec.id, address: spec.address });
const brought = (version: number, publicFields: Readonly<Record<string, string>> = spec.fieldsOf(1)) => spec.valued(version, publicFields);
const first = (untested?: 'import' | 'no-test' | 'unreachable') =>
  make('credential.rotated', { from: null, to: 1, generation: 1, epoch: null, ...(untested === undefined ? {} : { untested }) });
const pending = [spec.registered(), spec.staged(1, null), spec.changeAsked('value', 1)] as const;
const owedInSameLogin = spec.owedInSameLogin(1);
/** Version 2 was brought for the same login. */
const replaced = [
  ...spec.base,
  brought(2),
  spec.changeAsked('value', 2),
  spec.testedAlone(2),
  spec.changed(1, 2, 2),
  spec.superseded(1, 2),
  owedInSameLogin,
] as const;
const requestTest: CredentialCommand = { type: 'credential.request-test', data: {} };
const LATE = 'Nobody tested it within 60 s: the rotation worker does not answer.';

describe('a registration', () => {
  it('waits for the test of its value', () =>
    given()
      .when(spec.registration())
      .then(...pending));
  it('is committed once it is tested, and not before', () => {
    expect(knownOf(given(...pending).state)).toMatchObject({ current: null, generation: 0 });
    given(...pending)
      .when(spec.errandTested(1))
      .then(spec.testedAlone(1), first());
  });
  it('leaves no credential where the provider refuses the value', () => {
    const reason = "The registration ended with its value's test: invalid";
    given(...pending)
      .when(spec.errandTested(1, 'invalid'))
      .then(spec.testedAlone(1, 'invalid'), spec.changeFailed('value', 1), spec.shredded([1]), spec.deleted([], undefined, { reason }));
  });
  it('that was asked for too often says when the provider takes another test', () => {
    const said = spec.errandTested(1, 'rate-limited');
    const failed = spec.changeFailed('value', 1, 'rate-limited');
    const reason = "The registration ended with its value's test: rate-limited";
    given(...pending)
      .when({ ...said, data: { ...said.data, retryAfterSeconds: 30 } } as CredentialCommand)
      .then(
        spec.testedAlone(1, 'rate-limited'),
        { ...failed, data: { ...failed.data, retryAfterSeconds: 30 } },
        spec.shredded([1]),
        spec.deleted([], undefined, { reason }),
      );
  });
  it('is committed untested where that was said and the provider can’t be asked', () =>
    given(spec.registered(), spec.staged(1, null), spec.changeAsked('value', 1, { evenIfUnreachable: true }))
      .when(spec.errandTested(1, 'rate-limited'))
      .then(spec.testedAlone(1, 'rate-limited'), first('unreachable')));
  describe('that is only a trial', () => {
    const trial = [spec.registered(), spec.staged(1, null), spec.changeAsked('value', 1, { trial: true })] as const;
    it('waits for the test of its value', () =>
      given()
        .when(spec.registration({ trial: true }))
        .then(...trial));
    it.each(['valid', 'invalid', 'unreachable'] as const)('leaves no credential where the provider says %s', (verdict) => {
      const reason = `The value was only tried: ${verdict}`;
      given(...trial)
        .when(spec.errandTested(1, verdict))
        .then(
          spec.testedAlone(1, verdict),
          spec.changeFailed('value', 1, verdict),
          spec.shredded([1]),
          spec.deleted([], undefined, { reason }),
        );
    });
    it('is refused where there is no test', () =>
      given()
        .when(spec.registration({ trial: true, credentialType: 'generic', issuer: null, publicFields: {} }))
        .thenRefused({ code: 'no-test', why: "It can't be tested without checkUrl." }));
  });
  it('of an import is taken as it is', () =>
    given()
      .when(spec.registration({ untested: 'import' }))
      .then(...spec.base));
  it.each([
    ['without a test', { credentialType: 'generic' as const, issuer: null, publicFields: {} }],
    ['without the fields that its test needs', { publicFields: { username: 'orders' } }],
  ])('of a value %s is committed at once, and says so', (_which, changes) => {
    const {
      credentialType = 'database_password',
      issuer = spec.issuer,
      publicFields,
    } = changes as Partial<CommandOf<'credential.register'>>;
    given()
      .when(spec.registration(changes))
      .then(make('credential.registered', { credentialType, issuer, policy: spec.policy }), brought(1, publicFields), first('no-test'));
  });
});

describe('a new value', () => {
  it('is staged and waits for its test', () =>
    given(...spec.base)
      .when(spec.value(2))
      .then(brought(2), spec.changeAsked('value', 2)));
  it('is committed once it is tested: the generation rises, and the ledger owes the old value', () =>
    given(...spec.base, brought(2), spec.changeAsked('value', 2))
      .when(spec.errandTested(2))
      .then(spec.testedAlone(2), spec.changed(1, 2, 2), spec.superseded(1, 2), owedInSameLogin));
  it('for another login leaves the old one to the ledger by its name', () =>
    given(...spec.base, brought(2, spec.fieldsOf(2)), spec.changeAsked('value', 2))
      .when(spec.errandTested(2))
      .then(spec.testedAlone(2), spec.changed(1, 2, 2), spec.superseded(1, 2), spec.owedByHand(1)));
  it('where nobody can revoke says why the old one is left alive', () => {
    const leftAliveBecause = 'the credential has no issuer to revoke it with';
    const past = [spec.registered({}, false), ...spec.base.slice(1), brought(2), spec.changeAsked('value', 2)];
    const superseded = make('credential.version-superseded', { version: 1, by: 2, leftAliveBecause });
    given(...past)
      .when(spec.errandTested(2))
      .then(spec.testedAlone(2), spec.changed(1, 2, 2), superseded);
    const known = knownOf(given(...past, spec.changed(1, 2, 2), superseded).state);
    expect(known && [known.ledger, versionOf(known, 1)?.leftAliveBecause]).toEqual([[], leftAliveBecause]);
  });
  it('of a type without a test is committed in the append that stages it', () => {
    const registered = make('credential.registered', { credentialType: 'generic', issuer: null, policy: spec.policy });
    const leftAliveBecause = "Keyturn can't revoke a generic at its provider";
    given(registered, brought(1, {}), first('no-test'))
      .when(spec.value(2, {}))
      .then(
        brought(2, {}),
        spec.changed(1, 2, 2, 'no-test'),
        make('credential.version-superseded', { version: 1, by: 2, leftAliveBecause }),
      );
  });
  it('is discarded where the provider refuses it, and nothing has changed', () => {
    const past = [...spec.base, brought(2), spec.changeAsked('value', 2)];
    given(...past)
      .when(spec.errandTested(2, 'forbidden'))
      .then(spec.testedAlone(2, 'forbidden'), spec.changeFailed('value', 2, 'forbidden'));
    const known = knownOf(given(...past, spec.changeFailed('value', 2)).state);
    expect(known).toMatchObject({ current: 1, generation: 1, change: null });
    expect(known?.versions.map(({ status }) => status)).toEqual(['current', 'discarded']);
  });
  it('is refused while a rotation is open, while another is tested, while disabled and while deleting', () => {
    given(...spec.base, spec.requested(1))
      .when(spec.value(2))
      .thenRefused({ code: 'rotation-open', epoch: 1 });
    given(...spec.base, brought(2), spec.changeAsked('value', 2))
      .when(spec.value(3))
      .thenRefused({ code: 'change-open', version: 2 });
    given(...spec.base, spec.disabled(2))
      .when(spec.value(2))
      .thenRefused({ code: 'credential-disabled' });
    given(...spec.base, spec.deletionStarted([1]))
      .when(spec.value(2))
      .thenRefused({ code: 'credential-deleting' });
  });
  it('is refused where another version came first', () =>
    given(...spec.base)
      .when(spec.value(3))
      .thenRefused({ code: 'version-out-of-order', requested: 3, expected: 2 }));
  it('ends with its login, when a rotation has that revoked', () =>
    given(
      ...replaced,
      spec.requested(1),
      spec.staged(3, 1),
      spec.rotated(2, 3, 3, 1),
      spec.superseded(2, 3),
      make('ledger.recorded', { kind: 'superseded-not-revoked', version: 2, providerId: 'orders' }),
      spec.revoking(2, 1),
      spec.denied(2, 1),
    )
      .when({ type: 'epoch.record-revoked', data: { version: 2, epoch: 1, now: spec.facts([], 40).now } })
      .then(spec.revoked(2, 1), spec.settled(2, 'revoked'), spec.revoked(1, 1), spec.settled(1, 'revoked')));
});

describe('a change that nobody tests', () => {
  const open = [...spec.base, brought(2), spec.changeAsked('value', 2)] as const;
  it('is over after a while: its version is discarded, and another one may be brought', () => {
    given(...open)
      .when(spec.endChange(2, 100))
      .then(spec.changeFailed('value', 2, 'unreachable', LATE));
    given(...open, spec.changeFailed('value', 2, 'unreachable', LATE))
      .when(spec.value(3))
      .then(brought(3), spec.changeAsked('value', 3));
  });
  it('is committed where that was said', () =>
    given(...spec.base, brought(2), spec.changeAsked('value', 2, { evenIfUnreachable: true }))
      .when(spec.endChange(2, 100))
      .then(spec.changed(1, 2, 2, 'unreachable'), spec.superseded(1, 2), owedInSameLogin));
  it('leaves no credential, if it was a registration', () => {
    const reason = `The registration ended with its value's test: ${LATE}`;
    given(...pending)
      .when(spec.endChange(1, 100))
      .then(spec.changeFailed('value', 1, 'unreachable', LATE), spec.shredded([1]), spec.deleted([], undefined, { reason }));
  });
  it('is left alone before its time, and once it is over', () => {
    given(...open)
      .when(spec.endChange(2, 20))
      .thenNothing();
    given(...replaced)
      .when(spec.endChange(2, 100))
      .thenNothing();
  });
  it('hears no late word of the worker', () =>
    given(...open, spec.changeFailed('value', 2, 'unreachable', LATE))
      .when(spec.errandTested(2))
      .thenRefused({ code: 'version-not-pending', requested: 2 }));
});

describe('a test on demand', () => {
  it('is asked for once', () => {
    given(...spec.base)
      .when(requestTest)
      .then(spec.testAsked(1));
    given(...spec.base, spec.testAsked(1))
      .when(requestTest)
      .thenNothing();
  });
  it('is recorded with what the provider said, and an imported value that works is untested no more', () => {
    given(...spec.base, spec.testAsked(1))
      .when(spec.errandTested(1))
      .then(spec.testedAlone(1));
    const known = knownOf(given(...spec.base, spec.testAsked(1), spec.testedAlone(1)).state);
    expect(known).toMatchObject({ testAsked: null, tests: [{ version: 1, verdict: 'valid', why: 'asked' }] });
    expect(known && versionOf(known, 1)?.untested).toBeNull();
  });
  it('that fails changes nothing', () => {
    const known = knownOf(given(...spec.base, spec.testAsked(1), spec.testedAlone(1, 'invalid')).state);
    expect(known).toMatchObject({ current: 1, generation: 1 });
    expect(known && versionOf(known, 1)?.untested).toBe('import');
  });
  it('leaves the steps of the rotation that made the version as they were', () => {
    const past = [...spec.committed, spec.testAsked(2)];
    const at = knownOf(given(...past).state)?.rotations[0]?.testedAt;
    expect(at).toBeTruthy();
    expect(knownOf(given(...past, spec.testedAlone(2, 'invalid')).state)?.rotations[0]?.testedAt).toBe(at);
  });
  it('is refused of a type that has none, and is forgotten with the version', () => {
    given(make('credential.registered', { credentialType: 'generic', issuer: null, policy: spec.policy }), brought(1, {}), first('no-test'))
      .when(requestTest)
      .thenRefused({ code: 'no-test', why: "It can't be tested without checkUrl." });
    expect(knownOf(given(...spec.committed.slice(0, -4), spec.testAsked(1), spec.rotated(1, 2, 2, 1)).state)?.testAsked).toBeNull();
  });
  it('is nobody’s where nobody asked', () =>
    given(...spec.base)
      .when(spec.errandTested(1))
      .thenNothing());
});
