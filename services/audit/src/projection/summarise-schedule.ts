import type { ScheduleEvent } from '@keyturn/contracts/events';

type Schedule = Extract<ScheduleEvent, { type: 'credential.schedule-changed' }>['data']['schedule'];

const DAY_MS = 86_400_000;

const often = (ms: number): string => (ms % DAY_MS === 0 ? `${ms / DAY_MS} days` : `${Math.round(ms / 1000)} s`);

const described = (schedule: Schedule): string => {
  if (schedule === null) return 'it is rotated when somebody asks';
  const { rotateEveryMs, window } = schedule;
  const when = window ? `, ${window.days.join(' ')} ${window.from} to ${window.to} ${window.timeZone}` : '';
  return `it is rotated every ${often(rotateEveryMs)}${when}`;
};

/** What a credential's own times brought about, a sentence each. */
export const summariseSchedule = ({ type, data }: ScheduleEvent): string => {
  switch (type) {
    case 'credential.schedule-changed': {
      const days =
        data.remindDaysBefore.length === 0 ? 'only once it has expired' : `${data.remindDaysBefore.join(', ')} days before it expires`;
      return `changed its schedule: ${described(data.schedule)}; somebody is told ${days}`;
    }
    case 'credential.scheduled-rotation-refused':
      return `was due for its scheduled rotation at ${data.dueAt}, and can’t be rotated (${data.reasonCode}): ${data.sentence}`;
    case 'credential.rotation-overdue':
      return `version ${data.version} is overdue: its rotation was due at ${data.dueAt}`;
    case 'credential.expiring':
      return `version ${data.version} expires at ${data.expiresAt}, within ${data.daysBefore} ${data.daysBefore === 1 ? 'day' : 'days'}`;
    case 'credential.expired':
      return `version ${data.version} has expired at ${data.expiresAt}`;
  }
};
