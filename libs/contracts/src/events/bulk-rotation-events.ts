import { z } from 'zod';
import { ProviderName } from '../credential-types/providers.ts';
import { CredentialType } from '../credential-types/registry.ts';
import { Tag } from '../details.ts';
import { Address, CredentialId, Epoch, ServiceName } from '../words.ts';

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object({ bulkId: z.uuid(), ...shape }) });

const Member = { credentialId: CredentialId, address: Address };

/** Which credentials were meant: all that fit, or `byIds`: those that were named. */
export const BulkSelection = z.object({
  service: ServiceName.optional(),
  provider: ProviderName.optional(),
  credentialType: CredentialType.optional(),
  tag: Tag.optional(),
  byIds: z.literal(true).optional(),
});
export type BulkSelection = z.infer<typeof BulkSelection>;

/**
 * Somebody wants all of these rotated, so many at a time of each provider. From here on the members are these and no others. All events of one
 * bulk rotation stand on the stream `bulk-rotation-<bulkId>`.
 */
export const BulkRotationRequested = event('bulk-rotation.requested', {
  selection: BulkSelection,
  reason: z.enum(['manual', 'scheduled', 'compromised']),
  note: z.string().max(500).optional(),
  /** Of each provider. */
  maxInFlight: z.int().positive(),
  /** After so many failures since it was started or resumed it pauses; null: never. */
  stopAfterFailures: z.int().positive().nullable(),
  /** `provider`: whose patience it shares. Absent where it has a server of its own, or nobody said it yet: the service of its address stands for it. */
  members: z.array(z.object({ ...Member, provider: ProviderName.optional() })),
});
export type BulkRotationRequested = z.infer<typeof BulkRotationRequested>;

/** The member's rotation was requested, in this event's own transaction. */
export const BulkMemberStarted = event('bulk-rotation.member-started', { ...Member, epoch: Epoch });
export type BulkMemberStarted = z.infer<typeof BulkMemberStarted>;

/** The member was refused a rotation, and is tried no more by this bulk rotation. */
export const BulkMemberSkipped = event('bulk-rotation.member-skipped', {
  ...Member,
  reasonCode: z.string().max(100),
  sentence: z.string().max(500),
});
export type BulkMemberSkipped = z.infer<typeof BulkMemberSkipped>;

export const BulkMemberEnded = event('bulk-rotation.member-ended', {
  ...Member,
  epoch: Epoch,
  outcome: z.enum(['completed', 'failed']),
  reasonCode: z.string().max(100).optional(),
  sentence: z.string().max(500),
});
export type BulkMemberEnded = z.infer<typeof BulkMemberEnded>;

/** Nothing further is started until it is resumed; what is under way goes on. `by`: a person, or too many failures. */
export const BulkRotationPaused = event('bulk-rotation.paused', { by: z.enum(['person', 'failures']), sentence: z.string().max(500) });
export type BulkRotationPaused = z.infer<typeof BulkRotationPaused>;

export const BulkRotationResumed = event('bulk-rotation.resumed', {});
export type BulkRotationResumed = z.infer<typeof BulkRotationResumed>;

/** Nothing further is started ever; what waits to be approved is cancelled with it, what is under way otherwise goes on to its end. */
export const BulkRotationCancelled = event('bulk-rotation.cancelled', { sentence: z.string().max(500) });
export type BulkRotationCancelled = z.infer<typeof BulkRotationCancelled>;

/** Every member is through: the last event of its stream. */
export const BulkRotationEnded = event('bulk-rotation.ended', {
  completed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
  cancelled: z.int().nonnegative(),
});
export type BulkRotationEnded = z.infer<typeof BulkRotationEnded>;

export const BulkRotationEvent = z.discriminatedUnion('type', [
  BulkRotationRequested,
  BulkMemberStarted,
  BulkMemberSkipped,
  BulkMemberEnded,
  BulkRotationPaused,
  BulkRotationResumed,
  BulkRotationCancelled,
  BulkRotationEnded,
]);
export type BulkRotationEvent = z.infer<typeof BulkRotationEvent>;
