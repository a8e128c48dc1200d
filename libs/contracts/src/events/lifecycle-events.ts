import { z } from 'zod';
import { Address, CredentialId, Epoch, Generation, Incarnation, VersionNumber } from '../words.ts';

// What happens to a credential outside its rotations: disabled, edited, rolled back, deleted.

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object({ credentialId: CredentialId, address: Address, ...shape }) });

const Reason = z.string().max(500);

/** Nobody gets the secret any more, until it is enabled again. The generation rises, so whoever compares generations finds out. */
export const CredentialDisabled = event('credential.disabled', {
  version: VersionNumber.nullable(),
  generation: Generation,
  reason: Reason,
});
export type CredentialDisabled = z.infer<typeof CredentialDisabled>;

export const CredentialEnabled = event('credential.enabled', {
  version: VersionNumber.nullable(),
  generation: Generation,
  reason: Reason.optional(),
});
export type CredentialEnabled = z.infer<typeof CredentialEnabled>;

/** What makes another version current outside a rotation. `edit`: other public fields; `value`: a new secret; `roll-back`: an older version. */
export const ChangeKind = z.enum(['edit', 'value', 'roll-back']);
export type ChangeKind = z.infer<typeof ChangeKind>;

/** The version is to become current once the worker has tested it; until then no other change and no rotation can start. */
export const ChangeAsked = event('credential.change-asked', {
  kind: ChangeKind,
  version: VersionNumber,
  reason: Reason.optional(),
  /** Commit it as untested where the provider can't be reached. */
  evenIfUnreachable: z.boolean().optional(),
  /** Of a registration: with its commit it becomes its service's default in its scope. */
  isDefault: z.boolean().optional(),
  /** Of a registration: it ends with its test, whatever that says. */
  trial: z.boolean().optional(),
});
export type ChangeAsked = z.infer<typeof ChangeAsked>;

/** The current version is to be tested, now; nothing waits for that. */
export const TestAsked = event('credential.test-asked', { version: VersionNumber });
export type TestAsked = z.infer<typeof TestAsked>;

/** The version did not become current. One that was staged for the change is discarded with it; nothing of it exists at the provider. */
export const ChangeFailed = event('credential.change-failed', {
  kind: ChangeKind,
  version: VersionNumber,
  reasonCode: z.string().max(100),
  sentence: Reason,
  /** Of a provider that was asked too often: when it takes another test. */
  retryAfterSeconds: z.int().nonnegative().optional(),
});
export type ChangeFailed = z.infer<typeof ChangeFailed>;

/** Whether people and programs may have the secret shown at all; consumers are not concerned. */
export const RevealPolicyChanged = event('credential.reveal-policy-changed', { revealable: z.boolean() });
export type RevealPolicyChanged = z.infer<typeof RevealPolicyChanged>;

/** From here on nobody gets the secret, and the worker revokes these versions at the provider. `epoch` fences that, as a rotation's would. */
export const DeletionStarted = event('credential.deletion-started', { epoch: Epoch, versions: z.array(VersionNumber), reason: Reason });
export type DeletionStarted = z.infer<typeof DeletionStarted>;

/** The data keys of these versions were deleted in this event's own transaction: nothing but a backup opens them any more. */
export const CredentialShredded = event('credential.shredded', {
  versions: z.array(VersionNumber),
  /** After a restore: where the lost log had done so before. */
  repeats: z.int().positive().optional(),
});
export type CredentialShredded = z.infer<typeof CredentialShredded>;

/** The last event of a credential: its address is free, its history stays. */
export const CredentialDeleted = event('credential.deleted', {
  reason: Reason,
  /** Revoked at the provider by the deletion. */
  revoked: z.array(VersionNumber),
  /** Why values were left valid at the provider; absent where none was. */
  leftAliveBecause: Reason.optional(),
  /** For so long after this event a backup can still open what it holds. */
  backupRetentionDays: z.int().nonnegative(),
  /** After a restore: where the lost log had done so before. */
  repeats: z.int().positive().optional(),
});
export type CredentialDeleted = z.infer<typeof CredentialDeleted>;

/** What the recheck of a restored version came to. `unreachable`: nothing yet, it is tried again. */
export const RecheckOutcome = z.enum(['tested', 'failed', 'no-test', 'unreachable']);
export type RecheckOutcome = z.infer<typeof RecheckOutcome>;

/** The version that a restore made current again was tried at its provider, or it can't be tested. Changes nothing else. */
export const CredentialRechecked = event('credential.rechecked', {
  version: VersionNumber,
  incarnation: Incarnation,
  outcome: RecheckOutcome,
  sentence: Reason,
  elapsedMs: z.number().nonnegative(),
});
export type CredentialRechecked = z.infer<typeof CredentialRechecked>;

export const LIFECYCLE_EVENTS = [
  CredentialDisabled,
  CredentialEnabled,
  ChangeAsked,
  ChangeFailed,
  TestAsked,
  RevealPolicyChanged,
  DeletionStarted,
  CredentialShredded,
  CredentialDeleted,
  CredentialRechecked,
] as const;
export const LifecycleEvent = z.discriminatedUnion('type', LIFECYCLE_EVENTS);
export type LifecycleEvent = z.infer<typeof LifecycleEvent>;
