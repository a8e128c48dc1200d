import type { ScheduleBody, ScheduleView } from '@keyturn/contracts/api';
import { SAMPLE_CREDENTIAL_ID } from './ids.ts';

export const SAMPLE_SCHEDULE_BODY: ScheduleBody = {
  schedule: {
    rotateEveryMs: 7_776_000_000,
    window: { days: ['mon', 'tue', 'wed', 'thu'], from: '09:00', to: '16:00', timeZone: 'Europe/Vienna' },
    jitterMs: 3_600_000,
  },
  remindDaysBefore: [30, 7, 1],
};

export const SAMPLE_SCHEDULE: ScheduleView = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  schedule: SAMPLE_SCHEDULE_BODY.schedule,
  remindDaysBefore: [30, 7, 1],
  dueAt: '2026-05-31T09:00:00.612Z',
  startsAt: '2026-06-01T07:21:04.000Z',
  refused: null,
  overdueSince: null,
  failures: 0,
  expiresAt: null,
};
