import { ok, refuse } from '@keyturn/kernel';
import { awaited, lostInstances, soakLeft } from './awaited.ts';
import type { CommandOf } from './command.ts';
import { type Decided, eventsOf } from './happened.ts';
import { type RegisteredCredential, type Rotation, sameLogin, versionOf } from './state.ts';
import { unstagedDebts } from './unsettled.ts';

// The second half of a rotation: from the commit to the old version's end, or from a failure to the candidate's.

const isRetirable = (status: string | undefined): boolean => status === 'superseded' || status === 'withdrawn';

export const recordEvidence = (data: CommandOf<'epoch.record-evidence'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  if (data.version !== rotation.retiring || !isRetirable(versionOf(state, data.version)?.status)) {
    return refuse({ code: 'version-not-superseded', requested: data.version });
  }
  const known = rotation.evidence;
  const saysNothingNew = known?.version === data.version && !known.idle && !data.idle && known.sentence === data.sentence;
  return ok(saysNothingNew ? [] : [eventsOf(state)('credential.evidence-recorded', data)]);
};

export const hold = ({ epoch, waitingFor }: CommandOf<'epoch.hold'>, state: RegisteredCredential, rotation: Rotation): Decided =>
  ok(rotation.heldAt === null ? [eventsOf(state)('rotation.held', { epoch, waitingFor })] : []);

export const startRevocation = (data: CommandOf<'epoch.start-revocation'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  const { version, epoch, facts } = data;
  const old = versionOf(state, version);
  if (old?.status === 'revoking' || old?.status === 'revoked') return ok([]);
  if (version !== rotation.retiring || rotation.committedAt === null || !isRetirable(old?.status)) {
    return refuse({ code: 'version-not-superseded', requested: version });
  }
  const missing = awaited(state, rotation, facts);
  if (missing.length > 0) return refuse({ code: 'revocation-not-proven', waitingFor: missing.join('; ') });
  const acknowledged = Object.values(state.acknowledged).filter((said) => said.ok && said.generation === state.generation).length;
  const proof = { acknowledged, lost: [...lostInstances(state, facts)], evidence: rotation.evidence?.sentence ?? '' };
  return ok([eventsOf(state)('credential.revocation-started', { version, epoch, proof })]);
};

export const recordLoginsDenied = ({ version, epoch }: CommandOf<'epoch.record-logins-denied'>, state: RegisteredCredential): Decided => {
  const old = versionOf(state, version);
  if (old?.loginsDeniedAt) return ok([]);
  if (old?.status !== 'revoking') return refuse({ code: 'version-not-revoking', requested: version });
  return ok([eventsOf(state)('credential.logins-denied', { version, epoch })]);
};

export const recordRevoked = ({ version, epoch, now }: CommandOf<'epoch.record-revoked'>, state: RegisteredCredential): Decided => {
  const old = versionOf(state, version);
  if (old?.status === 'revoked') return ok([]);
  if (old?.status !== 'revoking') return refuse({ code: 'version-not-revoking', requested: version });
  if (old.loginsDeniedAt === null) return refuse({ code: 'logins-not-denied', requested: version });
  const left = soakLeft(state, version, now);
  if (left > 0) return refuse({ code: 'revocation-not-proven', waitingFor: `the soak of version ${version} has ${left} ms left` });
  const make = eventsOf(state);
  // Edited into one another, or replaced by hand in one login: what is erased at the provider is erased for all of them.
  const others = sameLogin(state, old).filter((other) => isRetirable(other.status) && other.version !== version);
  const owed = others.filter((other) => state.ledger.some((entry) => entry.version === other.version));
  return ok([
    make('credential.version-revoked', { version, epoch }),
    make('ledger.settled', { version, outcome: 'revoked' }),
    ...others.map((other) => make('credential.version-revoked', { version: other.version, epoch })),
    ...owed.map((other) => make('ledger.settled', { version: other.version, outcome: 'revoked' })),
  ]);
};

export const complete = ({ epoch }: CommandOf<'epoch.complete'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  const isDone = rotation.committedAt !== null && versionOf(state, rotation.retiring)?.status === 'revoked';
  return isDone ? ok([eventsOf(state)('rotation.completed', { epoch })]) : refuse({ code: 'rotation-unfinished', epoch });
};

/** Only before the commit: afterwards a rotation goes on, holds, or is rolled back. A staged candidate stays in the ledger. */
export const fail = (data: CommandOf<'epoch.fail'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  const { epoch, step, reasonCode, sentence } = data;
  if (rotation.committedAt !== null) return refuse({ code: 'rotation-committed', epoch });
  const make = eventsOf(state);
  const failed = make('rotation.failed', { epoch, step, reasonCode, sentence });
  return ok(
    rotation.serving === null
      ? [failed]
      : [make('credential.discard-started', { version: rotation.serving, epoch, why: reasonCode }), failed],
  );
};

/** A person ends a rotation; like a failure, it leaves what the provider has of the candidate to the sweeper. */
export const cancel = ({ epoch, reason, by }: CommandOf<'rotation.cancel'>, state: RegisteredCredential): Decided => {
  const rotation = state.rotations[epoch - 1];
  if (!rotation) return refuse({ code: 'rotation-unknown', epoch });
  if (rotation.failure?.code === 'cancelled') return ok([]);
  if (rotation.status !== 'open') return refuse({ code: 'rotation-closed', epoch });
  return fail({ epoch, step: 'cancel', reasonCode: 'cancelled', sentence: `Cancelled by ${by}: ${reason}`.slice(0, 500) }, state, rotation);
};

/** A failed rotation's candidate is proved dead at the provider. */
export const recordDiscarded = (data: CommandOf<'ledger.record-discarded'>, state: RegisteredCredential): Decided => {
  const { version, providerId } = data;
  const candidate = versionOf(state, version);
  if (!candidate && unstagedDebts(state).some((entry) => entry.version === version && entry.providerId === providerId))
    return ok([eventsOf(state)('ledger.settled', { version, outcome: 'discarded' })]);
  if (candidate?.status === 'discarded') return ok([]);
  if (candidate?.status !== 'discarding' || candidate.epoch === null) return refuse({ code: 'version-not-discarding', requested: version });
  const make = eventsOf(state);
  return ok([
    make('credential.version-discarded', { version, epoch: candidate.epoch }),
    make('ledger.settled', { version, outcome: 'discarded' }),
  ]);
};

/** The provider refused to revoke or to remove a version: it stays in the ledger, by the provider's id, until it is settled after all. */
export const recordRevokeFailed = (data: CommandOf<'ledger.record-revoke-failed'>, state: RegisteredCredential): Decided => {
  const { version, sentence } = data;
  const known = state.ledger.find((entry) => entry.version === version);
  const made = versionOf(state, version);
  const isOwed = made?.status === 'revoking' || made?.status === 'discarding';
  const owed = made ? isOwed && made : unstagedDebts(state).find((entry) => entry === known);
  if (!owed) return refuse({ code: 'version-not-revoking', requested: version });
  if (known?.kind === 'revoke-failed' && known.sentence === sentence) return ok([]);
  return ok([eventsOf(state)('ledger.recorded', { kind: 'revoke-failed', version, providerId: owed.providerId, sentence })]);
};
