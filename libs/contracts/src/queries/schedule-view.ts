import { z } from 'zod';
import { RecordedSchedule } from '../events/schedule-events.ts';
import { CredentialId } from '../words.ts';

const Time = z.string();

/** When a credential is rotated without anybody's click, and when somebody is told that it expires. */
export const ScheduleView = z.object({
  credentialId: CredentialId,
  schedule: RecordedSchedule.nullable(),
  /** When the interval since the last commit is over, or a failed scheduled rotation is tried again; null: nothing is planned. */
  dueAt: Time.nullable(),
  /** When the next one begins, by window and jitter; past while one is under way. */
  startsAt: Time.nullable(),
  /** Why it was not rotated when its turn came, while that still stands. */
  refused: z.object({ at: Time, code: z.string(), sentence: z.string() }).nullable(),
  /** Since when it is older than it should be; null: it isn't, or nobody was told yet. */
  overdueSince: Time.nullable(),
  /** Scheduled rotations that failed since the last commit. After the third none is tried by itself. */
  failures: z.int(),
  expiresAt: Time.nullable(),
  remindDaysBefore: z.array(z.int()),
});
export type ScheduleView = z.infer<typeof ScheduleView>;
