import { specTime } from '@keyturn/testkit';
import { describe, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import type { CredentialCommand } from './command.ts';

const { given, base, ready, committed } = spec;
const ofVersion = (type: 'epoch.record-applied' | 'epoch.record-logins-denied', version: number, epoch: number): CredentialCommand => ({
  type,
  data: { version, epoch },
});
const request: CredentialCommand = { type: 'rotation.request', data: { reason: 'manual' } };
const rollBack: CredentialCommand = { type: 'rotation.roll-back', data: { reason: 'it is slow' } };
const complete = (epoch: number): CredentialCommand => ({ type: 'epoch.complete', data: { epoch } });
const hold = (epoch: number, second = 4_000): CredentialCommand => ({
  type: 'epoch.hold',
  data: { epoch, waitingFor: 'orders/a', now: specTime(second) },
});
const recordRevoked = (version: number, epoch: number, second = 30): CredentialCommand => ({
  type: 'epoch.record-revoked',
  data: { version, epoch, now: specTime(second) },
});
const discard = (version: number): CredentialCommand => ({ type: 'ledger.record-discarded', data: { version } });
const register = (addressOwner: string | null = null): CredentialCommand => spec.registration({ addressOwner, untested: 'import' });

describe('credential.register', () => {
  it('imports the present value as version 1, marked untested', () =>
    given()
      .when(register())
      .then(...base));
  it('refuses an address that another credential owns', () =>
    given().when(register(spec.issuer)).thenRefused({ code: 'address-taken', address: spec.address, credentialId: spec.issuer }));
  it('refuses a second registration under one id', () =>
    given(...base)
      .when(register())
      .thenRefused({ code: 'credential-exists' }));
});

describe('any command', () => {
  it('is refused for a credential that was never registered', () => given().when(request).thenRefused({ code: 'credential-unknown' }));
});

describe('rotation.request', () => {
  it('opens the next epoch', () =>
    given(...base)
      .when(request)
      .then(spec.requested(1)));
  it('refuses a second rotation while one is open', () =>
    given(...base, spec.requested(1))
      .when(request)
      .thenRefused({ code: 'rotation-open', epoch: 1 }));
  it('opens epoch 2 after a failed one', () =>
    given(...base, spec.requested(1), spec.failed(1))
      .when(request)
      .then(spec.requested(2)));
  it('refuses a credential that nothing manages', () =>
    given(spec.registered({}, false), spec.staged(1, null), spec.imported()).when(request).thenRefused({ code: 'issuer-missing' }));
  it('refuses a credential without a current version', () =>
    given(spec.registered()).when(request).thenRefused({ code: 'nothing-to-rotate' }));
});

describe('an epoch command', () => {
  const past = [...base, spec.requested(1), spec.failed(1), spec.requested(2)];
  it('is refused for an older epoch', () =>
    given(...past)
      .when(spec.stage(2, 1))
      .thenRefused({ code: 'epoch-stale', epoch: 1, latest: 2 }));
  it('is refused for an epoch that never was', () =>
    given(...past)
      .when(spec.stage(2, 3))
      .thenRefused({ code: 'rotation-unknown', epoch: 3 }));
  it('is refused once the rotation is closed', () =>
    given(...base, spec.requested(1), spec.failed(1))
      .when(spec.stage(2, 1))
      .thenRefused({ code: 'rotation-closed', epoch: 1 }));
  it('closes nothing twice', () =>
    given(...base, spec.requested(1), spec.failed(1))
      .when(spec.fail(1))
      .thenNothing());
});

describe('epoch.stage-candidate', () => {
  const open = [...base, spec.requested(1)];
  it('stages and arms the ledger before the provider hears of it', () =>
    given(...open)
      .when(spec.stage(2, 1))
      .then(spec.staged(2, 1), spec.owed(2, 'issued-not-committed')));
  it('refuses a second candidate', () =>
    given(...open, spec.staged(2, 1))
      .when(spec.stage(3, 1))
      .thenRefused({ code: 'version-pending', pending: 2 }));
  it('refuses a number out of order', () =>
    given(...open)
      .when(spec.stage(7, 1))
      .thenRefused({ code: 'version-out-of-order', requested: 7, expected: 2 }));
});

describe('epoch.record-applied and epoch.record-tested', () => {
  const open = [...base, spec.requested(1), spec.staged(2, 1)];
  it('records what was applied', () =>
    given(...open)
      .when(ofVersion('epoch.record-applied', 2, 1))
      .then(spec.applied(2, 1)));
  it('records it once', () =>
    given(...open, spec.applied(2, 1))
      .when(ofVersion('epoch.record-applied', 2, 1))
      .thenNothing());
  it('refuses to apply what is not pending', () =>
    given(...open)
      .when(ofVersion('epoch.record-applied', 1, 1))
      .thenRefused({ code: 'version-not-pending', requested: 1 }));
  it('refuses a test of what was not applied', () =>
    given(...open)
      .when(spec.test(2, 1))
      .thenRefused({ code: 'version-not-applied', requested: 2 }));
  it('refuses a test of what is not pending', () =>
    given(...open)
      .when(spec.test(1, 1))
      .thenRefused({ code: 'version-not-pending', requested: 1 }));
  it('records a good test', () =>
    given(...open, spec.applied(2, 1))
      .when(spec.test(2, 1))
      .then(spec.tested(2, 1)));
  it('records a bad test', () =>
    given(...open, spec.applied(2, 1))
      .when(spec.test(2, 1, 'invalid'))
      .then(spec.tested(2, 1, 'invalid')));
  it('does not test twice what works', () =>
    given(...ready)
      .when(spec.test(2, 1))
      .thenNothing());
});

describe('epoch.commit', () => {
  it('makes the tested version current and puts the old one into the ledger', () =>
    given(...ready)
      .when(spec.commit(2, 1))
      .then(spec.rotated(1, 2, 2, 1), spec.settled(2, 'committed'), spec.superseded(1, 2), spec.owed(1, 'superseded-not-revoked')));
  it('does nothing when repeated', () =>
    given(...committed)
      .when(spec.commit(2, 1))
      .thenNothing());
  it('refuses an untested version', () =>
    given(...base, spec.requested(1), spec.staged(2, 1), spec.applied(2, 1))
      .when(spec.commit(2, 1))
      .thenRefused({ code: 'version-untested', requested: 2 }));
  it('refuses a version whose test failed', () =>
    given(...base, spec.requested(1), spec.staged(2, 1), spec.applied(2, 1), spec.tested(2, 1, 'invalid'))
      .when(spec.commit(2, 1))
      .thenRefused({ code: 'version-untested', requested: 2 }));
  it('refuses what is not pending', () =>
    given(...ready)
      .when(spec.commit(9, 1))
      .thenRefused({ code: 'version-not-pending', requested: 9 }));
});

describe('credential.acknowledge', () => {
  it('records a proof of the current generation', () =>
    given(...committed)
      .when(spec.ack('a', 2, 2))
      .then(spec.acknowledged('a', 2, 2)));
  it('records it once', () =>
    given(...committed, spec.acknowledged('a', 2, 2))
      .when(spec.ack('a', 2, 2))
      .thenNothing());
  it('records a nack', () =>
    given(...committed)
      .when(spec.ack('a', 2, 2, false))
      .then(spec.nacked('a', 2, 2)));
  it('records a recovery after a nack', () =>
    given(...committed, spec.nacked('a', 2, 2))
      .when(spec.ack('a', 2, 2))
      .then(spec.acknowledged('a', 2, 2)));
  it('refuses an older generation', () =>
    given(...committed)
      .when(spec.ack('a', 1, 1))
      .thenRefused({ code: 'ack-stale', generation: 2 }));
});

describe('epoch.record-evidence and epoch.hold', () => {
  it('records that the old version is idle', () =>
    given(...committed)
      .when(spec.watched(1, 1, true))
      .then(spec.seenIdle(1, 1)));
  it('does not repeat that it is still busy', () =>
    given(...committed, spec.seenBusy(1, 1))
      .when(spec.watched(1, 1, false))
      .thenNothing());
  it('refuses evidence on the current version', () =>
    given(...committed)
      .when(spec.watched(2, 1, true))
      .thenRefused({ code: 'version-not-superseded', requested: 2 }));
  it('holds once', () =>
    given(...committed)
      .when(hold(1))
      .then(spec.held(1)));
  it('holds not before the deadline', () =>
    given(...committed)
      .when(hold(1, 30))
      .thenNothing());
  it('holds not twice', () =>
    given(...committed, spec.held(1))
      .when(hold(1))
      .thenNothing());
});

describe('epoch.start-revocation', () => {
  const proved = [...committed, spec.acknowledged('a', 2, 2), spec.seenIdle(1, 1)];
  const proof = spec.facts([spec.lease('a', [2])]);
  const refused = (waitingFor: string) => ({ code: 'revocation-not-proven', waitingFor }) as const;
  it('starts once all three legs stand', () =>
    given(...proved)
      .when(spec.revoke(1, 1, proof))
      .then(spec.revoking(1, 1, 1)));
  it('starts once', () =>
    given(...proved, spec.revoking(1, 1))
      .when(spec.revoke(1, 1, proof))
      .thenNothing());
  it('waits for an instance that has not proved the new version', () =>
    given(...proved)
      .when(spec.revoke(1, 1, spec.facts([spec.lease('a', [2]), spec.lease('b', [1])])))
      .thenRefused(refused('orders/b has not yet proved version 2')));
  it('waits for an instance that still drains the old one', () =>
    given(...proved)
      .when(spec.revoke(1, 1, spec.facts([spec.lease('a', [2, 1])])))
      .thenRefused(refused('orders/a still holds version 1')));
  it('waits for a silent instance, and names it', () =>
    given(...proved)
      .when(spec.revoke(1, 1, spec.facts([spec.lease('b', [1], { silentMs: 40_000 })])))
      .thenRefused(refused('orders/b has not yet proved version 2, silent since 00:00:10')));
  it('waits for a nack to be mended', () =>
    given(...proved, spec.nacked('a', 2, 2))
      .when(spec.revoke(1, 1, proof))
      .thenRefused(refused('orders/a reports that version 2 does not work: 28P01')));
  it.each([
    ['silent for too long', { silentMs: spec.policy.lostAfterMs }],
    ['whose lease has ended so', { ended: 'lost' as const }],
  ])('does not wait for a lost instance, %s, and records it', (_how, change) =>
    given(...proved)
      .when(spec.revoke(1, 1, spec.facts([spec.lease('b', [1], change)])))
      .then({
        ...spec.revoking(1, 1, 1),
        data: { ...spec.revoking(1, 1, 1).data, proof: { acknowledged: 1, lost: ['orders/b'], evidence: 'no sessions' } },
      }),
  );
  it('does not wait for an instance that said goodbye', () =>
    given(...proved)
      .when(spec.revoke(1, 1, spec.facts([spec.lease('b', [1], { ended: 'goodbye' })])))
      .then(spec.revoking(1, 1, 1)));
  it('waits for the first evidence', () =>
    given(...committed)
      .when(spec.revoke(1, 1, spec.facts()))
      .thenRefused(refused('the provider has not yet been watched for uses of version 1')));
  it('waits while the provider still sees the old version', () =>
    given(...committed, spec.seenBusy(1, 1))
      .when(spec.revoke(1, 1, spec.facts()))
      .thenRefused(refused('2 sessions are still logged in')));
  it('waits when the evidence is stale', () =>
    given(...proved)
      .when(spec.revoke(1, 1, spec.facts([spec.lease('a', [2])], 60)))
      .thenRefused(refused('the provider is being watched for uses of version 1')));
  it('waits for the grace of those who hold no lease', () =>
    given(spec.registered({ graceMs: 30_000 }), ...committed.slice(1), spec.seenIdle(1, 1))
      .when(spec.revoke(1, 1, spec.facts()))
      .thenRefused(refused('consumers without a lease have 19 s of grace left; the provider is being watched for uses of version 1')));
  it('refuses the current version', () =>
    given(...proved)
      .when(spec.revoke(2, 1, proof))
      .thenRefused({ code: 'version-not-superseded', requested: 2 }));
});

describe('the two steps of a revoke', () => {
  const started = [...committed, spec.acknowledged('a', 2, 2), spec.seenIdle(1, 1), spec.revoking(1, 1)];
  it('records that logins are denied', () =>
    given(...started)
      .when(ofVersion('epoch.record-logins-denied', 1, 1))
      .then(spec.denied(1, 1)));
  it('refuses that before the revocation started', () =>
    given(...committed)
      .when(ofVersion('epoch.record-logins-denied', 1, 1))
      .thenRefused({ code: 'version-not-revoking', requested: 1 }));
  it('refuses the end before logins are denied', () =>
    given(...started)
      .when(recordRevoked(1, 1))
      .thenRefused({ code: 'logins-not-denied', requested: 1 }));
  it('refuses the end of a version that is not revoking', () =>
    given(...started)
      .when(recordRevoked(2, 1))
      .thenRefused({ code: 'version-not-revoking', requested: 2 }));
  it('records the end and settles the ledger', () =>
    given(...started, spec.denied(1, 1))
      .when(recordRevoked(1, 1))
      .then(spec.revoked(1, 1), spec.settled(1, 'revoked')));
  it('waits for the soak', () =>
    given(spec.registered({ soakMs: 20_000 }), ...started.slice(1), spec.denied(1, 1))
      .when(recordRevoked(1, 1, 20))
      .thenRefused({ code: 'revocation-not-proven', waitingFor: 'the soak of version 1 has 16000 ms left' }));
  it('completes the rotation then', () =>
    given(...started, spec.denied(1, 1), spec.revoked(1, 1))
      .when(complete(1))
      .then(spec.completed(1)));
  it('completes nothing before', () =>
    given(...started, spec.denied(1, 1))
      .when(complete(1))
      .thenRefused({ code: 'rotation-unfinished', epoch: 1 }));
});

describe('epoch.fail and ledger.record-discarded', () => {
  it('fails without a candidate', () =>
    given(...base, spec.requested(1))
      .when(spec.fail(1))
      .then(spec.failed(1)));
  it('hands a candidate to the ledger', () =>
    given(...ready)
      .when(spec.fail(1))
      .then(spec.discarding(2, 1), spec.failed(1)));
  it('refuses after the commit', () =>
    given(...committed)
      .when(spec.fail(1))
      .thenRefused({ code: 'rotation-committed', epoch: 1 }));
  it('settles what is proved dead', () =>
    given(...ready, spec.discarding(2, 1), spec.failed(1))
      .when(discard(2))
      .then(spec.discarded(2, 1), spec.settled(2, 'discarded')));
  it('refuses to discard what is pending', () =>
    given(...ready)
      .when(discard(2))
      .thenRefused({ code: 'version-not-discarding', requested: 2 }));
  it('stages the next candidate under a new number', () =>
    given(...ready, spec.discarding(2, 1), spec.failed(1), spec.requested(2))
      .when(spec.stage(3, 2))
      .then(spec.staged(3, 2), spec.owed(3, 'issued-not-committed')));
});

describe('ledger.record-revoke-failed', () => {
  const leftover = [...ready, spec.discarding(2, 1), spec.failed(1)] as const;
  const down = 'The server can’t be reached.';
  it.each([
    ['a revoke', [...committed, spec.revoking(1, 1)], 1],
    ['the removal of a leftover', leftover, 2],
  ] as const)('records that %s failed, with the provider’s id', (_what, past, version) =>
    given(...past)
      .when(spec.tellRevokeFailed(version, down))
      .then(spec.revokeFailed(version, down)),
  );
  it('records the same once, and another reason anew', () => {
    given(...leftover, spec.revokeFailed(2, down))
      .when(spec.tellRevokeFailed(2, down))
      .thenNothing();
    given(...leftover, spec.revokeFailed(2, down))
      .when(spec.tellRevokeFailed(2, 'It still lets somebody in.'))
      .then(spec.revokeFailed(2, 'It still lets somebody in.'));
  });
  it('is settled like any other', () =>
    given(...leftover, spec.revokeFailed(2, down))
      .when(discard(2))
      .then(spec.discarded(2, 1), spec.settled(2, 'discarded')));
  it('refuses what nobody revokes', () =>
    given(...committed)
      .when(spec.tellRevokeFailed(1, down))
      .thenRefused({ code: 'version-not-revoking', requested: 1 }));
});

describe('rotation.roll-back', () => {
  it('makes the version before current again, under a new generation', () =>
    given(...committed)
      .when(rollBack)
      .then(spec.withdrawn(2), spec.rolledBack(2, 1, 3), spec.settled(1, 'restored'), spec.owed(2, 'superseded-not-revoked')));
  it('is refused once the revocation started', () =>
    given(...committed, spec.revoking(1, 1))
      .when(rollBack)
      .thenRefused({ code: 'revocation-started', version: 1 }));
  it('is refused before the commit', () =>
    given(...ready)
      .when(rollBack)
      .thenRefused({ code: 'nothing-to-roll-back' }));
  const back = [...committed, spec.withdrawn(2), spec.rolledBack(2, 1, 3)];
  it('is refused twice', () =>
    given(...back)
      .when(rollBack)
      .thenRefused({ code: 'nothing-to-roll-back' }));
  it('then retires the withdrawn version like a superseded one', () =>
    given(...back, spec.acknowledged('a', 1, 3), spec.seenIdle(2, 1))
      .when(spec.revoke(2, 1, spec.facts([spec.lease('a', [1])], 22)))
      .then(spec.revoking(2, 1, 1)));
});
