import { specTime } from '@keyturn/testkit';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { attentionOf, ledgerView } from './attention.ts';
import { eventsOf } from './happened.ts';
import { nextStep } from './next-step.ts';
import { knownOf, unregistered, versionOf } from './state.ts';
import { unsettledOf } from './unsettled.ts';

// What was in use until somebody replaced it by hand: owed until it is dead, or a person says why it needn't be.

const { given } = spec;
type Past = readonly ReturnType<typeof spec.registered>[];
const make = eventsOf({ credentialId: spec.id, address: spec.address });
const stateOf = (...past: Past) => {
  const { state } = given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};

const TOKEN = 'user/tokens/new';
const HANDLE = 'user/tokens?name=keyturn:1:1.1:2';
const tokens = { token: 'abcd...wxyz' };
/** Version 2 was issued to rotation 1, and is current. */
const issued = [
  make('credential.registered', { credentialType: 'cloudflare_api_token', issuer: spec.issuer, policy: spec.policy }),
  make('credential.version-staged', { version: 1, epoch: null, publicFields: {}, masks: tokens }),
  spec.imported(),
  make('rotation.requested', { epoch: 1, reason: 'manual', strategy: 'issued' }),
  make('credential.candidate-announced', {
    version: 2,
    epoch: 1,
    providerId: HANDLE,
    current: { version: 1, providerId: 'user/tokens/old' },
    tryId: 'try-1',
  }),
  make('credential.version-staged', { version: 2, epoch: 1, publicFields: {}, masks: tokens, providerId: TOKEN }),
  spec.applied(2, 1),
  spec.tested(2, 1),
  spec.rotated(1, 2, 2, 1),
  spec.superseded(1, 2),
  spec.revoking(1, 1),
  spec.denied(1, 1),
  spec.revoked(1, 1),
  spec.completed(1),
] as const;
const brought = [
  make('credential.version-staged', { version: 3, epoch: null, publicFields: {}, masks: tokens }),
  spec.changeAsked('value', 3),
] as const;
const broughtInstead = [...issued, ...brought, spec.testedAlone(3), spec.changed(2, 3, 3), spec.superseded(2, 3), spec.owedOurs(2, TOKEN)];

/** Version 2 was chosen in rotation 1, and a person typed in another role. */
const chosen = [
  ...spec.committed,
  spec.revoking(1, 1),
  spec.denied(1, 1),
  spec.revoked(1, 1),
  spec.settled(1, 'revoked'),
  spec.completed(1),
] as const;
const other = { ...spec.fieldsOf(1), username: 'reports' };
const typedOver = [
  ...chosen,
  spec.valued(3, other),
  spec.changeAsked('value', 3),
  spec.testedAlone(3),
  spec.changed(2, 3, 3),
  spec.superseded(2, 3),
  spec.owedOurs(2),
] as const;

/** Nobody ever rotated it: version 1 is a person's role, and so is version 2. */
const ofPersons = [
  ...spec.base,
  spec.valued(2, other),
  spec.changeAsked('value', 2),
  spec.testedAlone(2),
  spec.changed(1, 2, 2),
  spec.superseded(1, 2),
  spec.owedByHand(1),
] as const;

const REASON = 'the reports use it, too';

describe('a value that Keyturn made and a person replaced by hand', () => {
  it('is owed, where the provider issued it', () =>
    given(...issued, ...brought)
      .when(spec.errandTested(3))
      .then(spec.testedAlone(3), spec.changed(2, 3, 3), spec.superseded(2, 3), spec.owedOurs(2, TOKEN)));
  it('is owed in a log of before, too, which only says why it was left alive', () => {
    const leftAliveBecause = 'it was replaced by hand: remove it at the provider';
    const state = stateOf(
      ...issued,
      ...brought,
      spec.testedAlone(3),
      spec.changed(2, 3, 3),
      make('credential.version-superseded', { version: 2, by: 3, leftAliveBecause }),
    );
    expect(state.ledger).toMatchObject([{ kind: 'superseded-not-revoked', version: 2, providerId: TOKEN }]);
    expect(versionOf(state, 2)?.leftAliveBecause).toBeNull();
    const back = [make('credential.version-withdrawn', { version: 3, reason: 'slow' }), spec.broughtBack(3, 2, 4)] as const;
    const restored = given(
      ...issued,
      ...brought,
      spec.changed(2, 3, 3),
      make('credential.version-superseded', { version: 2, by: 3, leftAliveBecause }),
      ...back,
    );
    expect(knownOf(restored.state)?.ledger).toEqual([]);
  });
  it('needs a person to know of it, and says why it is there', () => {
    const state = stateOf(...broughtInstead);
    const why = 'Replaced by hand: Keyturn removes it at the provider once nobody uses it any more.';
    expect(attentionOf(state)).toMatchObject({ epoch: 1, needs: 'leftover', why });
    expect(ledgerView(state, spec.facts([], 60))).toMatchObject([{ version: 2, sentence: why, canSettle: true }]);
  });
  it('says in the ledger for whom its removal waits, until that was begun', () => {
    const holding = spec.facts([spec.lease('two', [2])], 60);
    const sentenceOf = (...more: Past) => ledgerView(stateOf(...typedOver, ...more), holding).map(({ sentence }) => sentence);
    expect(sentenceOf()).toEqual([expect.stringMatching(/any more\. Waiting: orders\/two has not yet proved version 3\.$/u)]);
    expect(sentenceOf(spec.acknowledged('two', 3, 3))).toEqual([
      expect.stringMatching(/any more\. Waiting: orders\/two still holds version 2\.$/u),
    ]);
    expect(sentenceOf(spec.revoking(2, 1))).toEqual([expect.stringMatching(/any more\.$/u)]);
  });
  it('is promised nothing, and nobody is waited for, where Keyturn can’t revoke it any more', () => {
    const single = [
      spec.edited(4, 3, { ...other, roles: 'single' }),
      spec.changeAsked('edit', 4),
      spec.testedAlone(4),
      spec.changed(3, 4, 4),
      spec.superseded(3, 4),
    ];
    const state = stateOf(...typedOver, ...single);
    const holding = spec.facts([spec.lease('two', [2])], 60);
    const [said] = ledgerView(state, holding).filter(({ version }) => version === 2);
    expect(said?.sentence).toMatch(
      /^Replaced by hand, and Keyturn doesn't remove it \(Keyturn can't revoke .*\): remove .* and say so here\.$/u,
    );
    expect(attentionOf(state)?.why).toBe(said?.sentence);
    expect(unsettledOf(state, unregistered, spec.facts([], 60)).filter(({ version }) => version === 2)).toEqual([]);
  });
  it.each([
    ['issued', broughtInstead],
    ['chosen', typedOver],
  ])('is the sweeper’s to remove once consumers had their grace: %s', (strategy, past) => {
    const state = stateOf(...past);
    expect(unsettledOf(state, unregistered, spec.facts([], 60))).toMatchObject([
      { version: 2, epoch: 1, strategy, replaced: { isRevoking: false, graceMs: 0 } },
    ]);
    const slow = { ...state, policy: { ...state.policy, graceMs: 3_600_000 } };
    expect(unsettledOf(slow, unregistered, spec.facts([], 60))).toEqual([]);
  });
  it('waits for whoever holds it, and for whoever has not proved the new one', () => {
    const holding = spec.facts([spec.lease('a', [2])], 60);
    expect(unsettledOf(stateOf(...typedOver), unregistered, holding)).toEqual([]);
    given(...typedOver)
      .when(spec.startReplaced(2, holding))
      .thenRefused({ code: 'revocation-not-proven', waitingFor: 'orders/a has not yet proved version 3' });
    given(...typedOver, spec.acknowledged('a', 3, 3))
      .when(spec.startReplaced(2, holding))
      .thenRefused({ code: 'revocation-not-proven', waitingFor: 'orders/a still holds version 2' });
    given(...typedOver, spec.acknowledged('a', 3, 3))
      .when(spec.startReplaced(2, spec.facts([spec.lease('a', [3])], 60)))
      .then(spec.revoking(2, 1, 1));
  });
  it('is revoked once it is proved dead, and then nobody needs to know of it', () => {
    const revoking = [...typedOver, spec.revoking(2, 1)] as const;
    given(...revoking)
      .when(spec.recordReplaced(2))
      .then(spec.revoked(2, 1), spec.settled(2, 'revoked'));
    expect(attentionOf(stateOf(...revoking, spec.revoked(2, 1), spec.settled(2, 'revoked')))).toBeNull();
    expect(unsettledOf(stateOf(...revoking), unregistered, spec.facts([], 60))).toMatchObject([{ replaced: { isRevoking: true } }]);
  });
  it('is not removed while a rotation or a change is open, which may bring it back', () => {
    const open = [...typedOver, spec.changeAsked('roll-back', 2, { reason: 'slow' })] as const;
    expect(unsettledOf(stateOf(...open), unregistered, spec.facts([], 60))).toEqual([]);
    given(...open)
      .when(spec.startReplaced(2))
      .thenRefused({ code: 'change-open', version: 2 });
    expect(unsettledOf(stateOf(...typedOver, spec.requested(2)), unregistered, spec.facts([], 60))).toEqual([]);
  });
  it('is not revoked before that was started, nor where nobody replaced it', () => {
    given(...typedOver)
      .when(spec.recordReplaced(2))
      .thenRefused({ code: 'version-not-revoking', requested: 2 });
    given(...spec.committed)
      .when(spec.startReplaced(1))
      .thenRefused({ code: 'version-not-superseded', requested: 1 });
  });
  it('says why its provider refuses to remove it, and since when it is owed', () => {
    given(...typedOver)
      .when(spec.tellRevokeFailed(2, 'The server is down.'))
      .then(spec.revokeFailed(2, 'The server is down.'));
    const state = stateOf(...typedOver, spec.revokeFailed(2, 'The server is down.'));
    expect(attentionOf(state)).toEqual({ epoch: 1, needs: 'leftover', since: state.ledger[0]?.since, why: 'The server is down.' });
    expect(unsettledOf(state, unregistered, spec.facts([], 60))).toHaveLength(1);
  });
  it('is nobody’s to remove any more once it is current again', () =>
    given(...typedOver, spec.changeAsked('roll-back', 2, { reason: 'it is slow' }))
      .when(spec.errandTested(2))
      .then(
        spec.testedAlone(2),
        make('credential.version-withdrawn', { version: 3, reason: 'it is slow' }),
        spec.broughtBack(3, 2, 4),
        spec.settled(2, 'restored'),
        make('ledger.recorded', {
          kind: 'superseded-not-revoked',
          version: 3,
          providerId: 'reports',
          sentence: "Replaced by hand, and Keyturn didn't make reports: remove it at the provider where nobody uses it, and say so here.",
        }),
      ));
  it('ends with the credential, whether that is revoked or left alive', () => {
    const deleting = [...typedOver, spec.deletionStarted([2, 3], 2)] as const;
    expect(unsettledOf(stateOf(...deleting), unregistered, spec.facts([], 60))).toEqual([]);
    given(...deleting)
      .when(spec.errandRevoked(2))
      .then(spec.revoked(2, 2), spec.settled(2, 'revoked'));
    expect(knownOf(given(...typedOver, spec.shredded([1, 2, 3]), spec.deleted([], 'it is shared')).state)?.ledger).toEqual([]);
  });
  it('keeps its role from the next rotation until then', () => {
    const state = stateOf(...typedOver, spec.requested(2));
    const next = nextStep(state, 2, spec.facts([], 60));
    expect(next.ok && next.value).toMatchObject({
      step: 'stage',
      versions: [{ version: 1 }, { version: 2, status: 'superseded' }, { version: 3 }],
    });
  });
});

describe('a value that a person made and another one replaced', () => {
  it('needs a person, for Keyturn removes nothing that it did not make', () => {
    const state = stateOf(...ofPersons);
    expect(unsettledOf(state, unregistered, spec.facts([], 60))).toEqual([]);
    expect(attentionOf(state)).toEqual({
      needs: 'leftover',
      since: specTime(9),
      why: "Replaced by hand, and Keyturn didn't make orders: remove it at the provider where nobody uses it, and say so here.",
    });
    given(...ofPersons)
      .when(spec.startReplaced(1))
      .thenRefused({ code: 'version-not-superseded', requested: 1 });
  });
  it('says so in a log of before, too', () => {
    const state = stateOf(...ofPersons.slice(0, -1), spec.owed(1, 'superseded-not-revoked'));
    expect(attentionOf(state)?.why).toContain("Keyturn didn't make orders");
  });
  it('needs nobody where its login goes on', () => {
    const sameLogin = [...ofPersons.slice(0, 3), spec.valued(2, spec.fieldsOf(1)), spec.changeAsked('value', 2)] as const;
    const state = stateOf(...sameLogin, spec.testedAlone(2), spec.changed(1, 2, 2), spec.superseded(1, 2), spec.owedInSameLogin(1));
    expect([attentionOf(state), ledgerView(state, spec.facts())]).toMatchObject([null, [{ canSettle: false }]]);
  });
});

describe('a leftover that a person settles', () => {
  it('is owed no more, and says why it is left alive', () => {
    given(...ofPersons)
      .when(spec.settleByHand(1, REASON))
      .then(spec.settledByHand(1, REASON));
    const state = stateOf(...ofPersons, spec.settledByHand(1, REASON));
    expect([state.ledger, attentionOf(state), versionOf(state, 1)]).toMatchObject([
      [],
      null,
      { status: 'superseded', leftAliveBecause: REASON },
    ]);
    given(...ofPersons, spec.settledByHand(1, REASON))
      .when(spec.settleByHand(1, REASON))
      .thenNothing();
  });
  it('counts as revoked on their word where its removal had begun', () =>
    given(...typedOver, spec.revoking(2, 1), spec.revokeFailed(2, 'The issuer is gone.'))
      .when(spec.settleByHand(2, REASON))
      .then(make('credential.version-revoked', { version: 2, epoch: 1, unproven: 'said', because: REASON }), spec.settled(2, 'revoked')));
  it.each([
    ['what nobody owes', spec.base, 1],
    ['what a rotation retires', spec.committed, 1],
    ['a version that is not there', ofPersons, 7],
  ])('is not %s', (_what, past, version) =>
    given(...past)
      .when(spec.settleByHand(version, REASON))
      .thenRefused({ code: 'nothing-left-over', version }),
  );
});
