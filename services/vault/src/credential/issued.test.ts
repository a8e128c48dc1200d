import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { decide } from './decide.ts';
import { eventsOf } from './happened.ts';
import { nextStep } from './next-step.ts';
import { unregistered } from './state.ts';
import { unsettledOf } from './unsettled.ts';

// A rotation whose value the provider issues: what may come into being there is recorded before it is asked.

const { given } = spec;
const make = eventsOf({ credentialId: spec.id, address: spec.address });
const OLD = 'user/tokens/old';
const NEW = 'user/tokens/new';
const HANDLE = 'user/tokens?name=keyturn:1:1.1:2';
const masks = { token: 'abcd...wxyz' };
const registered = make('credential.registered', { credentialType: 'cloudflare_api_token', issuer: spec.issuer, policy: spec.policy });
const first = make('credential.version-staged', { version: 1, epoch: null, publicFields: {}, masks });
const requested = make('rotation.requested', { epoch: 1, reason: 'manual', strategy: 'issued' });
const announcedBy = (tryId: string) =>
  make('credential.candidate-announced', { version: 2, epoch: 1, providerId: HANDLE, current: { version: 1, providerId: OLD }, tryId });
const announced = announcedBy('try-1');
const owedFor = (providerId: string) => make('ledger.recorded', { kind: 'issued-not-committed', version: 2, providerId });
const staged = make('credential.version-staged', { version: 2, epoch: 1, publicFields: {}, masks, providerId: NEW });
const started = [registered, first, spec.imported(), requested] as const;
const underWay = [...started, announced, owedFor(HANDLE)] as const;
const issued = [...underWay, staged, owedFor(NEW), spec.applied(2, 1)] as const;
const cancelled = make('rotation.failed', { epoch: 1, step: 'cancel', reasonCode: 'cancelled', sentence: 'Cancelled by Ada: no need' });

const announce = (tryId = 'try-1', current = 1) =>
  ({
    type: 'epoch.announce-candidate',
    data: { epoch: 1, version: 2, providerId: HANDLE, current: { version: current, providerId: OLD }, tryId },
  }) as const;
const stage = (tryId?: string) =>
  ({
    type: 'epoch.stage-candidate',
    data: {
      epoch: 1,
      version: 2,
      publicFields: {},
      masks,
      sealed: spec.sealed,
      providerId: NEW,
      ...(tryId === undefined ? {} : { tryId }),
    },
  }) as const;
const cancel = (epoch = 1) => ({ type: 'rotation.cancel', data: { epoch, reason: 'no need', by: 'Ada' } }) as const;
const discard = (providerId?: string) =>
  ({ type: 'ledger.record-discarded', data: { version: 2, ...(providerId === undefined ? {} : { providerId }) } }) as const;

const stateOf = (...past: readonly ReturnType<typeof make>[]) => {
  const { state } = given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const stepAfter = (...past: readonly ReturnType<typeof make>[]) => {
  const next = nextStep(stateOf(...past), 1, spec.facts());
  return next.ok ? next.value : next.refusal;
};

describe('rotation.request', () => {
  it('has the provider issue the value where there is an issuer for it', () =>
    given(registered, first, spec.imported())
      .when({ type: 'rotation.request', data: { reason: 'manual' } })
      .then(requested));
});

describe('epoch.announce-candidate', () => {
  it('puts what may come into being into the ledger', () =>
    given(...started)
      .when(announce())
      .then(announced, owedFor(HANDLE)));
  it('does nothing when repeated', () =>
    given(...underWay)
      .when(announce())
      .thenNothing());
  it('is refused once the value is there', () =>
    given(...issued)
      .when(announce())
      .thenRefused({ code: 'version-pending', pending: 2 }));
  it('is refused for a version of today that is none', () =>
    given(...started)
      .when(announce('try-1', 7))
      .thenRefused({ code: 'version-unknown', requested: 7 }));
});

describe('epoch.stage-candidate of what was issued', () => {
  it('is its application too: the provider takes it already', () =>
    given(...underWay)
      .when(stage('try-1'))
      .then(staged, owedFor(NEW), spec.applied(2, 1)));
});

describe('a second try', () => {
  it('announces anew, and owes nothing more', () =>
    given(...underWay)
      .when(announce('try-2'))
      .then(announcedBy('try-2')));
  it('fences the first: what that had issued can be staged no more', () => {
    given(...underWay, announcedBy('try-2'))
      .when(stage('try-1'))
      .thenRefused({ code: 'announcement-stale', requested: 2 });
    given(...underWay, announcedBy('try-2'))
      .when(stage('try-2'))
      .then(staged, owedFor(NEW), spec.applied(2, 1));
  });
  it('is told from the first by the epoch itself', () =>
    expect(stepAfter(...underWay, announcedBy('try-2'))).toMatchObject({ step: 'stage', tryId: 'try-2' }));
  it('is needed by whoever stages: nothing is, that nobody announced', () => {
    given(...started)
      .when(stage('try-1'))
      .thenRefused({ code: 'announcement-stale', requested: 2 });
    given(...underWay)
      .when(stage())
      .thenRefused({ code: 'announcement-stale', requested: 2 });
  });
});

describe('what the epoch still needs', () => {
  it('is the issue, with what must stay at the provider', () =>
    expect(stepAfter(...underWay)).toMatchObject({
      step: 'stage',
      strategy: 'issued',
      credentialType: 'cloudflare_api_token',
      kept: [OLD],
    }));
  it('is the test next', () => expect(stepAfter(...issued)).toMatchObject({ step: 'test', version: 2 }));
  it('is in the end the old one’s deletion, by what finds it, and of all but the new one', () => {
    const committed = [spec.tested(2, 1), spec.rotated(1, 2, 2, 1), spec.settled(2, 'committed'), spec.superseded(1, 2)];
    const past = [...issued, ...committed, spec.seenIdle(1, 1), spec.revoking(1, 1)];
    expect(stepAfter(...past)).toMatchObject({ step: 'deny-logins', version: 1, providerId: OLD });
    expect(stepAfter(...past, spec.denied(1, 1))).toMatchObject({ step: 'erase', version: 1, providerId: OLD, kept: [NEW] });
  });
});

describe('rotation.cancel', () => {
  it('ends it before the value came', () =>
    given(...underWay)
      .when(cancel())
      .then(cancelled));
  it('discards the value that came', () =>
    given(...issued)
      .when(cancel())
      .then(make('credential.discard-started', { version: 2, epoch: 1, why: 'cancelled' }), cancelled));
  it('changes nothing when repeated', () =>
    given(...underWay, cancelled)
      .when(cancel())
      .thenNothing());
  it('is refused after the commit', () =>
    given(...spec.committed)
      .when(cancel())
      .thenRefused({ code: 'rotation-committed', epoch: 1 }));
  it('is refused once it is over otherwise', () =>
    given(...underWay, spec.failed(1))
      .when(cancel())
      .thenRefused({ code: 'rotation-closed', epoch: 1 }));
  it('is refused for one that never was', () =>
    given(...started)
      .when(cancel(2))
      .thenRefused({ code: 'rotation-unknown', epoch: 2 }));
});

describe('what may have been issued to a rotation that is over', () => {
  const over = [...underWay, cancelled] as const;
  const again = make('rotation.requested', { epoch: 2, reason: 'manual', strategy: 'issued' });

  it('is unsettled by its handle, though its value never came', () =>
    expect(unsettledOf(stateOf(...over), unregistered, spec.facts([], 60))).toMatchObject([
      { version: 2, epoch: 1, providerId: HANDLE, strategy: 'issued', hasValue: false },
    ]));
  it('is nobody’s while the rotation runs', () => expect(unsettledOf(stateOf(...underWay), unregistered, spec.facts([], 60))).toEqual([]));
  it('is settled by the handle that was removed, and by no other', () => {
    given(...over)
      .when(discard(HANDLE))
      .then(spec.settled(2, 'discarded'));
    given(...over)
      .when(discard('user/tokens?name=another'))
      .thenRefused({ code: 'version-not-discarding', requested: 2 });
    given(...underWay)
      .when(discard(HANDLE))
      .thenRefused({ code: 'version-not-discarding', requested: 2 });
  });
  it('keeps its number: the next rotation takes another one', () => {
    const { state } = given(...over, again);
    if (state.status !== 'registered') throw new Error('the spec registers a credential first');
    const next = nextStep(state, 2, spec.facts());
    expect(next).toMatchObject({ ok: true, value: { step: 'stage', version: 3 } });
  });
  it('is left alone where a restore cut its log off: it may be in use', () => {
    const state = stateOf(...over);
    const [rotation] = state.rotations;
    if (!rotation?.announced) throw new Error('nothing was announced');
    const before = { ...state, rotations: [{ ...rotation, announced: { ...rotation.announced, incarnation: 0 } }] };
    expect(unsettledOf(before, unregistered, spec.facts([], 60))).toMatchObject([{ providerId: HANDLE, isLeftAlone: true }]);
  });
  it('is in the ledger with the provider’s last refusal', () => {
    const told = decide({ type: 'ledger.record-revoke-failed', data: { version: 2, sentence: 'down' } }, stateOf(...over));
    expect(told).toMatchObject({ ok: true, value: [{ type: 'ledger.recorded', data: { kind: 'revoke-failed', providerId: HANDLE } }] });
  });
  it('lets nobody delete the credential', () =>
    given(...over)
      .when(spec.deleteIt())
      .thenRefused({ code: 'ledger-open', entries: 1 }));
});
