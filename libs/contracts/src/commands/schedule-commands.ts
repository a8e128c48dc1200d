import { z } from 'zod';
import { RemindDaysBefore, RotationSchedule } from '../schedule.ts';
import { CredentialId } from '../words.ts';

/** Sets when a credential is rotated without anybody's click, or (null) that it isn't. `remindDaysBefore`: as it was, if not said. */
export const ChangeSchedule = z.object({
  credentialId: CredentialId,
  schedule: RotationSchedule.nullable(),
  remindDaysBefore: RemindDaysBefore.optional(),
});
export type ChangeSchedule = z.infer<typeof ChangeSchedule>;
