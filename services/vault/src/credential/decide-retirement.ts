import { ok, refuse } from '@keyturn/kernel';
import { awaited, soakLeft } from './awaited.ts';
import type { CommandOf } from './command.ts';
import { isLate } from './deadline.ts';
import { forcedByPolicy, lapsedForce } from './force.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import { proofOf } from './proof.ts';
import type { Rotation } from './rotation.ts';
import { isReplaced } from './replaced.ts';
import { type RegisteredCredential, sameLogin, versionOf } from './state.ts';
import { isRetirable, type Version } from './version.ts';
import { unstagedDebts } from './unsettled.ts';

// The second half of a rotation: from the commit to the old version's end, or from a failure to the candidate's.

export const recordEvidence = (data: CommandOf<'epoch.record-evidence'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  if (data.version !== rotation.retiring || !isRetirable(versionOf(state, data.version)?.status)) {
    return refuse({ code: 'version-not-superseded', requested: data.version });
  }
  const known = rotation.evidence;
  const saysNothingNew = known?.version === data.version && !known.idle && !data.idle && known.sentence === data.sentence;
  return ok(saysNothingNew ? [] : [eventsOf(state)('credential.evidence-recorded', data)]);
};

/** Said once, and not where the deadline was moved meanwhile. A force that nobody approved in time ends here. */
export const hold = ({ epoch, waitingFor, now }: CommandOf<'epoch.hold'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  if (!isLate(state, rotation, now)) return ok([]);
  const held = rotation.heldAt === null ? [eventsOf(state)('rotation.held', { epoch, waitingFor })] : [];
  return ok([...held, ...lapsedForce(state, rotation, now)]);
};

export const startRevocation = (data: CommandOf<'epoch.start-revocation'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  const { version, epoch, facts } = data;
  const old = versionOf(state, version);
  if (old?.status === 'revoking' || old?.status === 'revoked') return ok([]);
  if (version !== rotation.retiring || rotation.committedAt === null || !isRetirable(old?.status)) {
    return refuse({ code: 'version-not-superseded', requested: version });
  }
  const missing = awaited(state, rotation, facts);
  if (missing.length > 0) {
    const forced = forcedByPolicy(state, rotation, facts);
    return forced ? ok(forced) : refuse({ code: 'revocation-not-proven', waitingFor: missing.join('; ') });
  }
  return ok([eventsOf(state)('credential.revocation-started', { version, epoch, proof: proofOf(state, rotation, facts) })]);
};

/** Why nobody proved that it is dead. */
export type Unproven = { readonly unproven?: 'no-test' | 'said'; readonly because?: string };

/** The end of a version at its provider, and of all that were edited into one another or replaced by hand in one login: they are one there. */
export const revoked = (state: RegisteredCredential, old: Version, how: { readonly epoch: number } & Unproven): CredentialFact[] => {
  const make = eventsOf(state);
  const { version } = old;
  const others = sameLogin(state, old).filter((other) => isRetirable(other.status) && other.version !== version);
  const owed = others.filter((other) => state.ledger.some((entry) => entry.version === other.version));
  return [
    make('credential.version-revoked', { version, ...how }),
    make('ledger.settled', { version, outcome: 'revoked' }),
    ...others.map((other) => make('credential.version-revoked', { version: other.version, ...how })),
    ...owed.map((other) => make('ledger.settled', { version: other.version, outcome: 'revoked' })),
  ];
};

export const recordLoginsDenied = (data: CommandOf<'epoch.record-logins-denied'>, state: RegisteredCredential): Decided => {
  const { version, epoch, ended } = data;
  const old = versionOf(state, version);
  if (old?.loginsDeniedAt) return ok([]);
  if (old?.status !== 'revoking') return refuse({ code: 'version-not-revoking', requested: version });
  return ok([eventsOf(state)('credential.logins-denied', { version, epoch, ...(ended === undefined ? {} : { ended }) })]);
};

export const recordRevoked = ({ version, epoch, now }: CommandOf<'epoch.record-revoked'>, state: RegisteredCredential): Decided => {
  const old = versionOf(state, version);
  if (old?.status === 'revoked') return ok([]);
  if (old?.status !== 'revoking') return refuse({ code: 'version-not-revoking', requested: version });
  if (old.loginsDeniedAt === null) return refuse({ code: 'logins-not-denied', requested: version });
  const left = soakLeft(state, version, now);
  if (left > 0) return refuse({ code: 'revocation-not-proven', waitingFor: `the soak of version ${version} has ${left} ms left` });
  return ok(revoked(state, old, { epoch }));
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
  const isOwed = made?.status === 'revoking' || made?.status === 'discarding' || isReplaced(state, made);
  const owed = made ? isOwed && made : unstagedDebts(state).find((entry) => entry === known);
  if (!owed) return refuse({ code: 'version-not-revoking', requested: version });
  if (known?.kind === 'revoke-failed' && known.sentence === sentence) return ok([]);
  return ok([eventsOf(state)('ledger.recorded', { kind: 'revoke-failed', version, providerId: owed.providerId, sentence })]);
};
