import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { ChangedDetails, Details, Origin, Untested } from '../details.ts';
import { RecordedPolicy } from '../policy.ts';
import { DECISION_EVENTS, EndedSessions } from './decision-events.ts';
import { LIFECYCLE_EVENTS } from './lifecycle-events.ts';
import { SCHEDULE_EVENTS } from './schedule-events.ts';
import { IssuerInspection, TestReport } from '../provider-test.ts';
import { Actor, Address, CredentialId, Epoch, Generation, PublicFields, Strategy, VersionNumber } from '../words.ts';

/** Fields of every event of a credential's stream. */
const About = { credentialId: CredentialId, address: Address };

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object({ ...About, ...shape }) });

export const CredentialRegistered = event('credential.registered', {
  credentialType: CredentialType,
  /** The credential with which this one is managed at its provider; null where it can't be rotated by us. */
  issuer: CredentialId.nullable(),
  /** The issuer's type: it never changes. Absent where nobody looked at it yet. */
  issuerType: CredentialType.optional(),
  policy: RecordedPolicy,
  ...Details.shape,
  /** Where it came from, if it was not typed in. */
  origin: Origin.optional(),
});
export type CredentialRegistered = z.infer<typeof CredentialRegistered>;

/** What is said of it beside its value changed; each detail that changed is there whole. */
export const DetailsChanged = event('credential.details-changed', { changed: ChangedDetails });
export type DetailsChanged = z.infer<typeof DetailsChanged>;

/** A sealed value joined the log; its ciphertext is in the event's `sealed`. `epoch` is null for an import, and for a value that a person put in place. */
export const VersionStaged = event('credential.version-staged', {
  version: VersionNumber,
  epoch: Epoch.nullable(),
  publicFields: PublicFields,
  masks: z.record(z.string(), z.string()),
  /** The version whose secret fields it has, under a data key of its own: only public fields were edited. */
  editedFrom: VersionNumber.optional(),
  /** The version whose secret fields somebody brought again, as the vault found when it compared them. */
  sameAs: VersionNumber.optional(),
  /** When the value ends, as far as whoever made it said so. */
  expiresAt: z.string().optional(),
  /** What finds it at its provider, where its fields don't say. */
  providerId: z.string().max(200).optional(),
});
export type VersionStaged = z.infer<typeof VersionStaged>;

/**
 * The provider is about to issue a value: from now on what is found there by `providerId` is ours. `current`: what finds the version of today.
 */
export const CandidateAnnounced = event('credential.candidate-announced', {
  version: VersionNumber,
  epoch: Epoch,
  providerId: z.string().max(200),
  current: z.object({ version: VersionNumber, providerId: z.string().max(200) }),
  /** The last try alone may stage what it has issued. */
  tryId: z.string().max(200).optional(),
});
export type CandidateAnnounced = z.infer<typeof CandidateAnnounced>;

export const VersionApplied = event('credential.version-applied', { version: VersionNumber, epoch: Epoch });
export type VersionApplied = z.infer<typeof VersionApplied>;

export const VersionTested = event('credential.version-tested', {
  version: VersionNumber,
  epoch: Epoch.nullable(),
  ...TestReport.shape,
  /** Of a test outside rotations: what its issuer lacks for rotating it. */
  issuer: IssuerInspection.optional(),
});
export type VersionTested = z.infer<typeof VersionTested>;

/**
 * These instances are asked to try the pending version from where they are, until `until`; with none, nobody was there to ask. A second one
 * of the same version asks further ones: those that came when the first had left.
 */
export const PreflightAsked = event('credential.preflight-asked', {
  version: VersionNumber,
  epoch: Epoch,
  /** `consumer/instance`. */
  instances: z.array(z.string().max(130)),
  until: z.string(),
  /** Consumers that hold the credential, and can't be asked without the grant `preflight`. */
  ungranted: z.array(z.string()).optional(),
});
export type PreflightAsked = z.infer<typeof PreflightAsked>;

/** An instance that was asked proved possession of the pending version, and says whether it works from there. */
export const VersionPreflighted = event('credential.version-preflighted', {
  consumer: z.string(),
  instance: z.string(),
  version: VersionNumber,
  ok: z.boolean(),
  sentence: z.string().max(500),
  elapsedMs: z.number().nonnegative(),
});
export type VersionPreflighted = z.infer<typeof VersionPreflighted>;

/** The commit: `to` is current from here on. `preflight` says who tried it before, and who kept silent. */
export const CredentialRotated = event('credential.rotated', {
  from: VersionNumber.nullable(),
  to: VersionNumber,
  generation: Generation,
  epoch: Epoch.nullable(),
  untested: Untested.optional(),
  preflight: z.string().max(1000).optional(),
  /** When the current value ends from now on, where that changes; null: the date of the old value goes with it, and none is known of the new one. */
  expiresAt: z.string().nullable().optional(),
});
export type CredentialRotated = z.infer<typeof CredentialRotated>;

/** `leftAliveBecause`: why nobody revokes it at the provider. Absent where the ledger owes that, or nothing is owed. */
export const VersionSuperseded = event('credential.version-superseded', {
  version: VersionNumber,
  by: VersionNumber,
  leftAliveBecause: z.string().max(500).optional(),
});
export type VersionSuperseded = z.infer<typeof VersionSuperseded>;

const Report = {
  consumer: z.string(),
  instance: z.string(),
  version: VersionNumber,
  generation: Generation,
  elapsedMs: z.number().nonnegative(),
};

/** An instance proved possession of the version and reported that it works. */
export const VersionAcknowledged = event('credential.version-acknowledged', Report);
export type VersionAcknowledged = z.infer<typeof VersionAcknowledged>;

/** An instance proved possession of the version and reported that it does not work. */
export const VersionNacked = event('credential.version-nacked', { ...Report, sentence: z.string().max(500) });
export type VersionNacked = z.infer<typeof VersionNacked>;

/** What the provider says of the old version's use, over one unbroken row of samples. Times are the vault's. */
export const EvidenceRecorded = event('credential.evidence-recorded', {
  version: VersionNumber,
  epoch: Epoch,
  idle: z.boolean(),
  samples: z.int().nonnegative(),
  observedMs: z.number().nonnegative(),
  sentence: z.string().max(500),
});
export type EvidenceRecorded = z.infer<typeof EvidenceRecorded>;

export const VersionWithdrawn = event('credential.version-withdrawn', {
  version: VersionNumber,
  reason: z.string().max(500),
  leftAliveBecause: z.string().max(500).optional(),
});
export type VersionWithdrawn = z.infer<typeof VersionWithdrawn>;

/** A rollback: `to` is current again, under a new generation. Without an epoch it happened outside a rotation. */
export const CredentialRolledBack = event('credential.rolled-back', {
  epoch: Epoch.optional(),
  from: VersionNumber,
  to: VersionNumber,
  generation: Generation,
  reason: z.string().max(500),
  untested: z.enum(['unreachable', 'no-test']).optional(),
  expiresAt: z.string().nullable().optional(),
});
export type CredentialRolledBack = z.infer<typeof CredentialRolledBack>;

/** From here on no rollback to `version` is possible. `forced` where a person overrode the missing proof. */
export const RevocationStarted = event('credential.revocation-started', {
  version: VersionNumber,
  epoch: Epoch,
  proof: z.object({ acknowledged: z.int(), lost: z.array(z.string()), evidence: z.string() }),
  forced: z.object({ by: Actor, reason: z.string() }).optional(),
});
export type RevocationStarted = z.infer<typeof RevocationStarted>;

/** Step one of a revoke: the provider lets no one in with it, which can still be undone there. */
export const LoginsDenied = event('credential.logins-denied', {
  version: VersionNumber,
  epoch: Epoch,
  /** Of a forced revoke. */
  ended: EndedSessions.optional(),
});
export type LoginsDenied = z.infer<typeof LoginsDenied>;

/** Nobody proved that it is dead: it can't be tested (`no-test`), or the provider says something else, and a person says why it is over (`said`). */
const Unproven = { unproven: z.enum(['no-test', 'said']).optional(), because: z.string().max(300).optional() };

/** Step two: erased, and proved dead at the provider, unless `unproven`. */
export const VersionRevoked = event('credential.version-revoked', { version: VersionNumber, epoch: Epoch, ...Unproven });
export type VersionRevoked = z.infer<typeof VersionRevoked>;

/** `replaceable`: its rotation goes on, and waits for another value. */
export const DiscardStarted = event('credential.discard-started', {
  version: VersionNumber,
  epoch: Epoch,
  why: z.string().max(500),
  replaceable: z.literal(true).optional(),
});
export type DiscardStarted = z.infer<typeof DiscardStarted>;

export const VersionDiscarded = event('credential.version-discarded', { version: VersionNumber, epoch: Epoch, ...Unproven });
export type VersionDiscarded = z.infer<typeof VersionDiscarded>;

/** Its value was brought again and is version `as` now, by which it ends: nobody removes it at the provider for the sake of `version`. */
export const VersionBroughtAgain = event('credential.version-brought-again', { version: VersionNumber, as: VersionNumber });
export type VersionBroughtAgain = z.infer<typeof VersionBroughtAgain>;

/** Something of ours exists at the provider and is not (or no longer) the current value; `providerId` finds it there. */
export const LedgerRecorded = event('ledger.recorded', {
  kind: z.enum(['issued-not-committed', 'superseded-not-revoked', 'revoke-failed']),
  version: VersionNumber,
  providerId: z.string().max(200),
  sentence: z.string().max(500).optional(),
});
export type LedgerRecorded = z.infer<typeof LedgerRecorded>;

export const LedgerSettled = event('ledger.settled', {
  version: VersionNumber,
  outcome: z.enum(['committed', 'revoked', 'discarded', 'restored']),
});
export type LedgerSettled = z.infer<typeof LedgerSettled>;

/** Nobody revokes it any more: a person says why what is owed there is settled. */
export const LedgerSettledByHand = event('ledger.settled-by-hand', { version: VersionNumber, because: z.string().max(300) });
export type LedgerSettledByHand = z.infer<typeof LedgerSettledByHand>;

export const RotationRequested = event('rotation.requested', {
  epoch: Epoch,
  reason: z.enum(['manual', 'scheduled', 'compromised']),
  note: z.string().max(500).optional(),
  /** Absent in what was requested before there was more than one: `chosen`. */
  strategy: Strategy.optional(),
  /** Who asked may reveal the issuer, and has what it makes tested elsewhere than at the issuer's own server. */
  elsewhere: z.literal(true).optional(),
  /** The bulk rotation of which it is a part. */
  bulkId: z.uuid().optional(),
  /** When that was asked for, and with it this one. Absent: now. */
  askedAt: z.iso.datetime().optional(),
  /** How many other persons must approve it; it keeps that whatever the policy says later. Absent: none. */
  approvals: z.int().optional(),
  /** Of a compromised value: what is waited for instead of what the policy says otherwise. */
  shortened: z.object({ graceMs: z.int(), deadlineMs: z.int() }).optional(),
});
export type RotationRequested = z.infer<typeof RotationRequested>;

/** The deadline passed without proof; both versions live on, and `waitingFor` says whom for. */
export const RotationHeld = event('rotation.held', { epoch: Epoch, waitingFor: z.string().max(1000) });
export type RotationHeld = z.infer<typeof RotationHeld>;

/** The provider takes no more calls just now; until then the rotation waits. */
export const RotationThrottled = event('rotation.throttled', { epoch: Epoch, until: z.iso.datetime(), sentence: z.string().max(500) });
export type RotationThrottled = z.infer<typeof RotationThrottled>;

/** A person brought the value of an assisted rotation; it is the version that was staged with it. */
export const ValueGiven = event('rotation.value-given', { epoch: Epoch, version: VersionNumber });
export type ValueGiven = z.infer<typeof ValueGiven>;

/** A person says that the old value is removed at the provider. */
export const DeletionReported = event('rotation.deletion-reported', { epoch: Epoch, version: VersionNumber });
export type DeletionReported = z.infer<typeof DeletionReported>;

export const RotationCompleted = event('rotation.completed', { epoch: Epoch });
export type RotationCompleted = z.infer<typeof RotationCompleted>;

export const RotationFailed = event('rotation.failed', {
  epoch: Epoch,
  step: z.string(),
  reasonCode: z.string(),
  sentence: z.string().max(500),
});
export type RotationFailed = z.infer<typeof RotationFailed>;

export const CredentialEvent = z.discriminatedUnion('type', [
  CredentialRegistered,
  DetailsChanged,
  CandidateAnnounced,
  VersionStaged,
  VersionApplied,
  VersionTested,
  PreflightAsked,
  VersionPreflighted,
  CredentialRotated,
  VersionSuperseded,
  VersionAcknowledged,
  VersionNacked,
  EvidenceRecorded,
  VersionWithdrawn,
  CredentialRolledBack,
  RevocationStarted,
  LoginsDenied,
  VersionRevoked,
  DiscardStarted,
  VersionDiscarded,
  VersionBroughtAgain,
  LedgerRecorded,
  LedgerSettled,
  LedgerSettledByHand,
  RotationRequested,
  RotationHeld,
  RotationThrottled,
  ValueGiven,
  DeletionReported,
  RotationCompleted,
  RotationFailed,
  ...DECISION_EVENTS,
  ...LIFECYCLE_EVENTS,
  ...SCHEDULE_EVENTS,
]);
export type CredentialEvent = z.infer<typeof CredentialEvent>;
