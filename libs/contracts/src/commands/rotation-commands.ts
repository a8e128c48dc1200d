import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { Details, ExpiresAt, Origin } from '../details.ts';
import { FirstPolicy } from '../policy.ts';
import { TestReport } from '../provider-test.ts';
import { EndedSessions } from '../events/decision-events.ts';
import { Address, CredentialId, Epoch, PublicFields, VersionNumber } from '../words.ts';

/**
 * Registers a credential with its present value as version 1: staged, tested where there is a test, then committed; a value that the provider
 * refuses leaves no credential. Secret fields travel sealed: `{ fields: { password } }`.
 */
export const RegisterCredential = z.object({
  credentialId: CredentialId,
  address: Address,
  credentialType: CredentialType,
  publicFields: PublicFields,
  issuer: CredentialId.nullable().default(null),
  policy: FirstPolicy.optional(),
  ...Details.shape,
  /** Makes it its service's default in its scope; the one before is it no longer. */
  isDefault: z.boolean().optional(),
  /** Where `isDefault` says nothing: it is the default if the scope has no other of its service and type. */
  isDefaultIfFirst: z.boolean().optional(),
  origin: Origin.optional(),
  /** Of imports alone: what another system has in use is taken as it is, and marked. */
  untested: z.literal('import').optional(),
  /** Commit it, as untested, even where the provider can't be asked. */
  evenIfUnreachable: z.boolean().optional(),
  /** Test the value and keep nothing, whatever comes of it; refused as `no-test` where there is no test. */
  trial: z.boolean().optional(),
});
export type RegisterCredential = z.infer<typeof RegisterCredential>;

export const RequestRotation = z.object({
  credentialId: CredentialId,
  reason: z.enum(['manual', 'scheduled', 'compromised']).default('manual'),
  note: z.string().max(500).optional(),
});
export type RequestRotation = z.infer<typeof RequestRotation>;

/** Makes the version before the commit current again, under a new generation; refused once its revocation started. */
export const RollBack = z.object({ credentialId: CredentialId, reason: z.string().min(1).max(500) });
export type RollBack = z.infer<typeof RollBack>;

/** Ends a rotation before its commit. A candidate is removed at the provider; the value of today goes on. */
export const CancelRotation = z.object({ credentialId: CredentialId, epoch: Epoch, reason: z.string().min(1).max(300) });
export type CancelRotation = z.infer<typeof CancelRotation>;

/** A person brings the new value of an assisted rotation: tested before it is tried and committed. Secret fields travel sealed: `{ fields }`. */
export const GiveValue = z.object({
  credentialId: CredentialId,
  epoch: Epoch,
  /** When the new value ends. Absent: it isn't known, and the old one's date goes with the old one. */
  expiresAt: ExpiresAt.optional(),
});
export type GiveValue = z.infer<typeof GiveValue>;
export const ValueGiven = z.object({
  credentialId: CredentialId,
  epoch: Epoch,
  version: VersionNumber,
  /** Nobody can test it: consumers alone try it before it is committed. */
  untested: z.literal('no-test').optional(),
});
export type ValueGiven = z.infer<typeof ValueGiven>;

/**
 * A person says that the old value is removed at the provider; whether it is dead, the provider is asked. `unprovenBecause` ends it where it
 * was asked and can't say so.
 */
export const ReportDeletion = z.object({
  credentialId: CredentialId,
  epoch: Epoch,
  unprovenBecause: z.string().min(1).max(300).optional(),
});
export type ReportDeletion = z.infer<typeof ReportDeletion>;

const OfEpoch = { credentialId: CredentialId, epoch: Epoch };

/**
 * The worker is about to have the provider issue a value, which is found there by `providerId` until its own is known. `current`: what finds the
 * version of today there.
 */
export const AnnounceCandidate = z.object({
  ...OfEpoch,
  version: VersionNumber,
  providerId: z.string().max(200),
  current: z.object({ version: VersionNumber, providerId: z.string().max(200) }),
  /** Of this try alone: what an earlier one had issued can be staged no more. */
  tryId: z.string().max(200),
});

/** The worker chose a value; it joins the log before the provider hears of it. Secret fields travel sealed. */
export const StageCandidate = z.object({
  ...OfEpoch,
  version: VersionNumber,
  publicFields: PublicFields,
  providerId: z.string().max(200),
  /** Of the try that announced it, where the provider issued it. */
  tryId: z.string().max(200).optional(),
  /** When it ends, where the provider says so. */
  expiresAt: ExpiresAt.optional(),
});
export const RecordApplied = z.object({ ...OfEpoch, version: VersionNumber });
export const RecordTested = z.object({
  ...OfEpoch,
  version: VersionNumber,
  ...TestReport.shape,
});
/** Asks the consumers to try the pending version before it is committed; the vault chooses whom. */
export const AskPreflight = z.object({ ...OfEpoch, version: VersionNumber });
export const CommitVersion = z.object({ ...OfEpoch, version: VersionNumber });
export const RecordEvidence = z.object({
  ...OfEpoch,
  version: VersionNumber,
  idle: z.boolean(),
  samples: z.int().nonnegative(),
  observedMs: z.number().nonnegative(),
  sentence: z.string().max(500),
});
export const StartRevocation = z.object({ ...OfEpoch, version: VersionNumber });
export const RecordLoginsDenied = z.object({ ...OfEpoch, version: VersionNumber, ended: EndedSessions.optional() });
export const RecordRevoked = z.object({ ...OfEpoch, version: VersionNumber });
/** A late rotation is told of again: to whom it matters, and since when it waits for whom. */
export const EscalateRotation = z.object({ ...OfEpoch, waitingFor: z.string().max(1000) });
/** The provider takes no calls for so long. */
export const RecordThrottled = z.object({ ...OfEpoch, waitMs: z.int().nonnegative().max(86_400_000), sentence: z.string().max(500) });
export const HoldRotation = z.object({ ...OfEpoch, waitingFor: z.string().max(1000) });
export const CompleteRotation = z.object(OfEpoch);
export const FailRotation = z.object({
  ...OfEpoch,
  step: z.string().max(100),
  reasonCode: z.string().max(100),
  sentence: z.string().max(500),
});
/** A candidate of a failed rotation is proved dead at the provider. */
export const RecordDiscarded = z.object({
  credentialId: CredentialId,
  version: VersionNumber,
  /** What was removed there: another one that took its number since is not meant. */
  providerId: z.string().max(200).optional(),
});

/** The provider refused to revoke or to remove a version: what is owed there stays in the ledger, with why. */
export const RecordRevokeFailed = z.object({ credentialId: CredentialId, version: VersionNumber, sentence: z.string().max(500) });

/** What was replaced outside a rotation is used no more, as far as the provider says (`evidence`): from now on it is removed there. */
export const StartReplacedRevocation = z.object({ credentialId: CredentialId, version: VersionNumber, evidence: z.string().max(500) });
/** What was replaced outside a rotation is proved dead at the provider. */
export const RecordReplacedRevoked = z.object({ credentialId: CredentialId, version: VersionNumber });

/**
 * Asks for a plaintext, sealed to the worker's link: of a version that an open epoch or the ledger needs, or of the issuer.
 * The answer's secret is `{ fields: Record<string, string> }`, its value `Revealed`.
 */
export const RevealToWorker = z.object({
  credentialId: CredentialId,
  what: z.enum(['version', 'issuer']),
  version: VersionNumber.optional(),
});
export const Revealed = z.object({ credentialId: CredentialId, address: Address, version: VersionNumber, publicFields: PublicFields });
export type Revealed = z.infer<typeof Revealed>;
