import { z } from 'zod';
import { Attention, Decisions } from './decision-views.ts';
import { CredentialStatus, Lifecycle, RecheckView, VersionHolder, Who } from './lifecycle-views.ts';
import { CredentialType } from '../credential-types/registry.ts';
import { Labels, Origin } from '../details.ts';
import { Grant } from '../events/other-events.ts';
import { RotationPolicy } from '../policy.ts';
import { Actor, Address, CredentialId, Epoch, Generation, PublicFields, VersionNumber, VersionStatus } from '../words.ts';

const Time = z.string();

/**
 * The steps of a rotation, in order; `failed` replaces what did not come. A rotation has `approved` and `preflighted` where its policy asks
 * for it, and `rolled-back` only where a person rolled it back.
 */
export const ROTATION_STEPS = [
  'requested',
  'approved',
  'staged',
  'applied',
  'tested',
  'preflighted',
  'committed',
  'rolled-back',
  'acknowledged',
  'revoking',
  'revoked',
  'completed',
] as const;
export const RotationStepName = z.enum(ROTATION_STEPS);
export type RotationStepName = z.infer<typeof RotationStepName>;

export const RotationStep = z.object({
  name: RotationStepName,
  status: z.enum(['done', 'running', 'todo', 'failed']),
  at: Time.nullable(),
  /** Milliseconds since the rotation was requested. */
  afterMs: z.number().nullable(),
});
export type RotationStep = z.infer<typeof RotationStep>;

export const Acknowledgement = z.object({
  consumer: z.string(),
  instance: z.string(),
  ok: z.boolean(),
  at: Time,
  /** From commit to this report, by the vault's clock. */
  afterCommitMs: z.number(),
  sentence: z.string().nullable(),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** An instance's word on the pending version, before the commit. */
export const PreflightProbe = z.object({
  consumer: z.string(),
  instance: z.string(),
  /** Null while it has not answered, and where nobody could ask it: `instance` is then `*`, and `sentence` says why. */
  ok: z.boolean().nullable(),
  at: Time.nullable(),
  /** From the question to the answer, by the vault's clock. */
  afterAskMs: z.number().nullable(),
  sentence: z.string().nullable(),
});
export type PreflightProbe = z.infer<typeof PreflightProbe>;

export const RotationView = z.object({
  credentialId: CredentialId,
  address: Address,
  epoch: Epoch,
  status: z.enum(['open', 'completed', 'failed']),
  /** The deadline passed; both versions live on until the proof is there. */
  held: z.boolean(),
  reason: z.string(),
  note: z.string().nullable(),
  requestedBy: Actor,
  requestedAt: Time,
  endedAt: Time.nullable(),
  from: VersionNumber.nullable(),
  to: VersionNumber.nullable(),
  steps: z.array(RotationStep),
  /** Every instance that was asked to try the version before its commit. */
  preflights: z.array(PreflightProbe),
  acknowledgements: z.array(Acknowledgement),
  /** A person took the commit back: `from` is then the withdrawn version, `to` the restored one. */
  rolledBack: z.object({ at: Time, by: Actor, reason: z.string() }).nullable(),
  /** The version before the commit can still be made current again. */
  canRollBack: z.boolean(),
  /** One sentence: what the run waits for, and for whom. */
  sentence: z.string(),
  /** What a person is asked to do at the provider's site, step by step; null where nobody is. */
  asks: z
    .object({ what: z.enum(['value', 'deletion']), site: z.string(), url: z.string().nullable(), steps: z.array(z.string()) })
    .nullable()
    .default(null),
  /** All that is still missing for the revoke, a clause each. */
  waitingFor: z.array(z.string()),
  /** The instances among them, `consumer/instance`. */
  awaitedInstances: z.array(z.string()),
  /** Commit to last acknowledgement. */
  convergenceMs: z.number().nullable(),
  /** While both versions were accepted. */
  overlapMs: z.number().nullable(),
  failure: z.object({ step: z.string(), code: z.string(), sentence: z.string() }).nullable(),
  workflowId: z.string(),
  ...Decisions,
});
export type RotationView = z.infer<typeof RotationView>;

export const VersionView = z.object({
  version: VersionNumber,
  status: VersionStatus,
  epoch: Epoch.nullable(),
  publicFields: PublicFields,
  masks: z.record(z.string(), z.string()),
  stagedAt: Time,
  committedAt: Time.nullable(),
  supersededAt: Time.nullable(),
  endedAt: Time.nullable(),
  /** Its last test. */
  tested: z
    .object({ verdict: z.string(), sentence: z.string(), elapsedMs: z.number(), at: Time, can: z.array(z.string()).default([]) })
    .nullable(),
  untested: z.string().nullable(),
});
export type VersionView = z.infer<typeof VersionView>;

/** A version with all that its history tells. */
export const VersionDetail = VersionView.extend({
  stagedBy: Who,
  committedBy: Who.nullable(),
  revokingAt: Time.nullable(),
  endedBy: Who.nullable(),
  /** Its data key is deleted: only a backup opens it. */
  shreddedAt: Time.nullable(),
  /** Why nobody revoked it at the provider when another version replaced it. */
  leftAliveBecause: z.string().nullable().default(null),
  /** The version whose secret fields it has. */
  editedFrom: VersionNumber.nullable(),
  /** The version whose secret fields somebody brought again with it. */
  sameAs: VersionNumber.nullable().default(null),
  /** Can a rollback be asked for? Null: yes; else the code with which it would be refused. */
  rollBackRefused: z.string().nullable(),
  holders: z.array(VersionHolder),
});
export type VersionDetail = z.infer<typeof VersionDetail>;

export const LedgerEntry = z.object({
  kind: z.enum(['issued-not-committed', 'superseded-not-revoked', 'revoke-failed']),
  version: VersionNumber,
  providerId: z.string(),
  since: Time,
  /** Why it is still there: why the provider refused to revoke it, the last time that it did, or whose it is to remove. */
  sentence: z.string().optional(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** `canSettle`: a person may say why it is settled, for no rotation retires it. */
export const LedgerEntryView = LedgerEntry.extend({ canSettle: z.boolean().default(false) });
export type LedgerEntryView = z.infer<typeof LedgerEntryView>;

export const CredentialSummary = z.object({
  credentialId: CredentialId,
  address: Address,
  credentialType: CredentialType,
  displayName: z.string().nullable(),
  /** Its service's default in its scope. */
  isDefault: z.boolean(),
  labels: Labels,
  tags: z.array(z.string()),
  owner: z.string().nullable(),
  expiresAt: Time.nullable(),
  /** Why the current version is in use without a test of ours; null where it was tested. */
  untested: z.string().nullable(),
  /** What the current version's test after a restore came to; null where no restore brought it back. */
  recheck: RecheckView.nullable().default(null),
  /** What its provider said where the newest test of the current version was refused; null where it wasn't. */
  refused: z.string().nullable().default(null),
  /** Where it came from, if it was not typed in. */
  origin: Origin.nullable(),
  registeredAt: Time,
  current: VersionNumber.nullable(),
  generation: Generation,
  masks: z.record(z.string(), z.string()),
  publicFields: PublicFields,
  openEpoch: Epoch.nullable(),
  /** What its open rotation needs of a person, or what its last ones left at the provider; null where nothing is needed. */
  attention: Attention.nullable().default(null),
  status: CredentialStatus.default('active'),
  lastRotatedAt: Time.nullable(),
  /** Since when its current version is older than its schedule wants; null: it isn't. */
  overdueSince: Time.nullish(),
  /** When its value or its details last changed. */
  updatedAt: Time,
});
export type CredentialSummary = z.infer<typeof CredentialSummary>;

export const CredentialView = CredentialSummary.extend({
  /** Another one after each change of its value, its details or what may be done with it; not after a rotation's other steps. */
  revision: z.string(),
  issuer: CredentialId.nullable(),
  policy: RotationPolicy,
  /** Who answers for a force at the deadline; null where the policy forces nothing. */
  forceApproved: z.object({ by: Actor, reason: z.string(), at: Time }).nullable().default(null),
  notes: z.string().nullable(),
  versions: z.array(VersionView),
  /** The newest first, at most 20. */
  rotations: z.array(RotationView),
  ledger: z.array(LedgerEntryView),
  ...Lifecycle,
});
export type CredentialView = z.infer<typeof CredentialView>;

/** Who holds what of one credential. */
export const ConsumerView = z.object({
  consumer: z.string(),
  instance: z.string(),
  state: z.enum(['live', 'silent', 'lost', 'ended']),
  lastBeatAt: Time,
  holds: z.array(z.object({ version: VersionNumber, since: Time })),
  /**
   * From where it last got its identity, and when; null where the log tells none: its key was laid beside it, or it came by a way on which no
   * address is seen.
   */
  from: z.object({ ip: z.string(), at: Time }).nullable().default(null),
  /** The generation that it last proved and reported working. */
  acknowledged: Generation.nullable(),
  nack: z.string().nullable(),
});
export type ConsumerView = z.infer<typeof ConsumerView>;

/** What is known of an API token: not the token, and nothing that it could be proved or guessed with. */
export const ApiTokenView = z.object({
  tokenId: z.uuid(),
  createdAt: Time,
  expiresAt: Time,
  revokedAt: Time.nullable(),
  /** When an instance last got its identity with it; null: never. */
  lastUsedAt: Time.nullable(),
});
export type ApiTokenView = z.infer<typeof ApiTokenView>;

/** A registered consumer, and what it may do. */
export const RegisteredConsumer = z.object({
  consumer: z.string(),
  owner: z.string().nullable(),
  grants: z.array(Grant),
  registeredAt: Time,
  /** API tokens that are good now. */
  liveTokens: z.int().nonnegative(),
  /** Another one whenever owner or grants change: what `If-Match` wants. */
  revision: z.string(),
});
export type RegisteredConsumer = z.infer<typeof RegisteredConsumer>;

/** An entry of the audit timeline. */
export const AuditEntry = z.object({
  position: z.int(),
  at: Time,
  type: z.string(),
  who: z.string(),
  credentialId: CredentialId.nullable(),
  address: z.string().nullable(),
  from: z.string().nullable(),
  summary: z.string(),
  verdict: z.enum(['done', 'refused', 'failed']),
  correlationId: z.string().nullable(),
  epoch: Epoch.nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
