import { z } from 'zod';
import { RemindDaysBefore, RotationSchedule } from '../schedule.ts';

export { ScheduleView } from '../queries/schedule-view.ts';

/** When a credential is rotated without anybody's click; null: when somebody asks. `remindDaysBefore`: as it was, if not said. */
export const ScheduleBody = z.strictObject({ schedule: RotationSchedule.nullable(), remindDaysBefore: RemindDaysBefore.optional() });
export type ScheduleBody = z.infer<typeof ScheduleBody>;
