import { z } from 'zod';
import { ProviderName } from '../credential-types/providers.ts';
import { CredentialType } from '../credential-types/registry.ts';
import { Tag } from '../details.ts';
import { CredentialId, ServiceName } from '../words.ts';
import { Reason } from './lifecycle-commands.ts';

/** As many as one bulk rotation has. */
export const MOST_BULK_MEMBERS = 2_000;

/** How many rotations at one provider a bulk rotation has under way at once, where it isn't said. */
export const BULK_MAX_IN_FLIGHT = 10;

/** After how many failures a bulk rotation pauses, where it isn't said. */
export const BULK_STOP_AFTER_FAILURES = 3;

/** Which credentials, why, and how carefully: what a person says. */
export const BulkRotationWish = z.object({
  service: ServiceName.optional(),
  provider: ProviderName.optional(),
  credentialType: CredentialType.optional(),
  tag: Tag.optional(),
  ids: z.array(CredentialId).min(1).max(MOST_BULK_MEMBERS).optional(),
  reason: z.enum(['manual', 'compromised']).default('manual'),
  note: z.string().trim().min(1).max(500).optional(),
  /** Of each provider. */
  maxInFlight: z.int().min(1).max(100).default(BULK_MAX_IN_FLIGHT),
  /** Null: it goes on whatever fails. */
  stopAfterFailures: z.int().min(1).max(MOST_BULK_MEMBERS).nullable().default(BULK_STOP_AFTER_FAILURES),
});

const MEANS_SOMETHING = { path: ['service'], error: 'either ids say which credentials, or a service, a provider, a type or a tag' };

/** Either `ids`, or a service, a provider, a type, a tag, or several of these, which must all fit. */
export const meansSomething = ({ ids, service, provider, credentialType, tag }: Partial<z.output<typeof BulkRotationWish>>): boolean =>
  (ids === undefined) !== (service === undefined && provider === undefined && credentialType === undefined && tag === undefined);

/**
 * Asks to have many credentials of the system rotated, a few at a time: every one of a service, a provider, a type or a tag, or those that are named. Who
 * they are is decided now; whether each can be rotated, when its turn comes.
 */
export const RequestBulkRotation = BulkRotationWish.refine(meansSomething, MEANS_SOMETHING);
export type RequestBulkRotation = z.infer<typeof RequestBulkRotation>;

/** The same from the API. */
export const BulkRotationBody = z.strictObject(BulkRotationWish.shape).refine(meansSomething, MEANS_SOMETHING);
export type BulkRotationBody = z.infer<typeof BulkRotationBody>;

/** Starts nothing further until it is resumed; what is under way goes on. */
export const PauseBulkRotation = z.object({ bulkId: z.uuid(), reason: Reason });
export const ResumeBulkRotation = z.object({ bulkId: z.uuid() });
/** Starts nothing further ever, and cancels what waits to be approved; what is under way otherwise goes on to its end, or is cancelled one by one. */
export const CancelBulkRotation = z.object({ bulkId: z.uuid(), reason: Reason });

export const BulkRotationStarted = z.object({ bulkId: z.uuid(), total: z.int() });
export type BulkRotationStarted = z.infer<typeof BulkRotationStarted>;

/** `ended`: every member is through. A cancelled one is `cancelled` also while its last rotations go on. */
export const BulkRotationStatus = z.enum(['running', 'paused', 'cancelled', 'ended']);
export type BulkRotationStatus = z.infer<typeof BulkRotationStatus>;

export const BulkRotationStanding = z.object({ bulkId: z.uuid(), status: BulkRotationStatus });
export type BulkRotationStanding = z.infer<typeof BulkRotationStanding>;
