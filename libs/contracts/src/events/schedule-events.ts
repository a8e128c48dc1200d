import { z } from 'zod';
import { RemindDaysBefore } from '../schedule.ts';
import { Address, CredentialId, VersionNumber } from '../words.ts';

// When a credential is rotated and spoken of without anybody's click. All but the first are the vault's own.

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object({ credentialId: CredentialId, address: Address, ...shape }) });

/** As the log has it: bounds that came later don't bind it. */
export const RecordedSchedule = z.object({
  rotateEveryMs: z.int().positive(),
  window: z.object({ days: z.array(z.string()), from: z.string(), to: z.string(), timeZone: z.string() }).optional(),
  jitterMs: z.int().nonnegative(),
});

/** From here on it is rotated so, or (null) when somebody asks; and somebody is told so many days before it expires. */
export const ScheduleChanged = event('credential.schedule-changed', {
  schedule: RecordedSchedule.nullable(),
  remindDaysBefore: RemindDaysBefore,
});
export type ScheduleChanged = z.infer<typeof ScheduleChanged>;

/** Its turn came and it could not be rotated. It isn't tried again before something of the credential changes. */
export const ScheduledRotationRefused = event('credential.scheduled-rotation-refused', {
  version: VersionNumber,
  dueAt: z.string(),
  reasonCode: z.string().max(100),
  sentence: z.string().max(500),
});
export type ScheduledRotationRefused = z.infer<typeof ScheduledRotationRefused>;

/** The current version is older than its schedule wants, and by more than a delay. Once for a version. */
export const RotationOverdue = event('credential.rotation-overdue', { version: VersionNumber, dueAt: z.string() });
export type RotationOverdue = z.infer<typeof RotationOverdue>;

/** So many days are left, or fewer. Once for each distance, date and version. */
export const CredentialExpiring = event('credential.expiring', {
  version: VersionNumber,
  expiresAt: z.string(),
  daysBefore: z.int().positive(),
});
export type CredentialExpiring = z.infer<typeof CredentialExpiring>;

/** The date is past. Once for each date and version. */
export const CredentialExpired = event('credential.expired', { version: VersionNumber, expiresAt: z.string() });
export type CredentialExpired = z.infer<typeof CredentialExpired>;

export const SCHEDULE_EVENTS = [ScheduleChanged, ScheduledRotationRefused, RotationOverdue, CredentialExpiring, CredentialExpired] as const;
export const ScheduleEvent = z.discriminatedUnion('type', SCHEDULE_EVENTS);
export type ScheduleEvent = z.infer<typeof ScheduleEvent>;

const OF_SCHEDULE: ReadonlySet<string> = new Set(SCHEDULE_EVENTS.map(({ shape }) => shape.type.value));

/** Did it come by a credential's own times? */
export const isOfSchedule = <Event extends { readonly type: string }>(
  event: Event,
): event is Extract<Event, { type: ScheduleEvent['type'] }> => OF_SCHEDULE.has(event.type);
