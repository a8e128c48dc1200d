import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { ChangeKind, RecheckOutcome } from '../events/lifecycle-events.ts';
import { IssuerInspection, TestReport } from '../provider-test.ts';
import { Actor, Address, CredentialId, Epoch, Incarnation, PublicFields, VersionNumber } from '../words.ts';

const Time = z.string();

/** Where a credential is in its life. `deleting`: the worker revokes it at the provider. */
export const CredentialStatus = z.enum(['active', 'disabled', 'deleting', 'deleted']);
export type CredentialStatus = z.infer<typeof CredentialStatus>;

/** Who did something: an actor without what only that moment knew. */
export const Who = Actor.pick({ kind: true, id: true, name: true });
export type Who = z.infer<typeof Who>;

export const DisabledView = z.object({ at: Time, by: Who, reason: z.string() });

/** A version that is to become current outside a rotation and is being tested. */
export const ChangeView = z.object({
  kind: ChangeKind,
  version: VersionNumber,
  askedAt: Time,
  by: Who,
  reason: z.string().nullable(),
});
/** The last change that was not made. */
export const FailedChangeView = z.object({ kind: ChangeKind, version: VersionNumber, at: Time, code: z.string(), sentence: z.string() });

/** Why a version was tested: in a rotation, to become current outside one, or because somebody asked. */
export const TestReason = z.enum(['rotation', 'change', 'asked', 'scheduled']);
export type TestReason = z.infer<typeof TestReason>;

export const TestView = z.object({
  /** Of a test that somebody asked for; null of any other. */
  testId: z.uuid().nullable(),
  version: VersionNumber,
  why: TestReason,
  by: Who,
  ...TestReport.shape,
  can: z.array(z.string()),
  /** What its issuer was found to lack for rotating it: of the newest test that looked. */
  issuer: IssuerInspection.optional(),
  at: Time,
});
export type TestView = z.infer<typeof TestView>;

export const TestList = z.object({
  /** Null: it can be tested. Else why there is no test of it. */
  noTestBecause: z.string().nullable(),
  /** The one that was asked for and is not done yet. */
  open: z.object({ testId: z.uuid(), version: VersionNumber, askedAt: Time, by: Who }).nullable(),
  /** The newest first, at most 50. */
  items: z.array(TestView),
});
export type TestList = z.infer<typeof TestList>;

/** What became of a command that was to make another version current. */
export const ChangeResult = z.object({
  credentialId: CredentialId,
  kind: ChangeKind,
  version: VersionNumber,
  status: z.enum(['testing', 'committed', 'failed']),
  /** The generation that it made; before that, the credential's. */
  generation: z.int(),
  failure: z.object({ code: z.string(), sentence: z.string(), retryAfterSeconds: z.int().optional() }).nullable(),
});
export type ChangeResult = z.infer<typeof ChangeResult>;

export const DeletionView = z.object({
  at: Time,
  by: Who,
  reason: z.string(),
  /** Versions that the provider still accepts. */
  revoking: z.array(VersionNumber),
  /** One sentence: what it waits for, and for whom. */
  sentence: z.string(),
});

export const DeletedView = z.object({
  at: Time,
  by: Who,
  reason: z.string(),
  revoked: z.array(VersionNumber),
  leftAliveBecause: z.string().nullable(),
  /** Until then a backup from before the deletion can still open the values. */
  backupsOpenUntil: Time,
});

/** What became of the current version that a restore brought back, until another one is current. */
export const RecheckView = z.object({ outcome: RecheckOutcome, version: VersionNumber, sentence: z.string(), at: Time });
export type RecheckView = z.infer<typeof RecheckView>;

/** What of a credential's life a view says beside its versions and rotations. */
export const Lifecycle = {
  disabled: DisabledView.nullable().default(null),
  change: ChangeView.nullable().default(null),
  failedChange: FailedChangeView.nullable().default(null),
  deletion: DeletionView.nullable().default(null),
  deleted: DeletedView.nullable().default(null),
  /** May people and programs have the secret shown at all? */
  revealable: z.boolean().default(true),
  /** What a deletion now would promise. */
  backupRetentionDays: z.int().default(35),
} as const;

/** Who holds a version now. */
export const VersionHolder = z.object({
  consumer: z.string(),
  instance: z.string(),
  state: z.enum(['live', 'silent', 'lost', 'ended']),
  since: Time,
});

/** Something that the vault asks of the worker outside a rotation: to test a version, or to revoke one at the provider. */
export const Errand = z.object({
  kind: z.enum(['test', 'revoke']),
  credentialId: CredentialId,
  address: Address,
  credentialType: CredentialType,
  version: VersionNumber,
  incarnation: Incarnation,
  /** Fences the revoke at the provider; of a test it is the last rotation's, or 0. */
  epoch: z.union([Epoch, z.literal(0)]),
  /** Fences all versions of one deletion alike: several of them may be one login. */
  fenceVersion: VersionNumber,
  publicFields: PublicFields,
  /** What finds the version at its provider, as far as the log knows. */
  providerId: z.string().optional(),
  /** Of a test: nobody waits for it, it is done now and again. */
  isScheduled: z.literal(true).optional(),
  /** Of a test: whom to look at, too. `owner`: for whom its values must act. */
  issuer: z.object({ issuerId: CredentialId, owner: PublicFields }).optional(),
});
export type Errand = z.infer<typeof Errand>;
