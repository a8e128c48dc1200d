import type { ScheduleView } from '@keyturn/contracts/api';
import { plainDuration } from '../../shared/time/plain-duration.ts';
import { schedule as scheduleWords } from '../../strings-schedule.ts';

const text = scheduleWords;
const weekdays: Readonly<Record<string, string>> = text.weekdays;

/** `Every 90 days since the last commit, beginning Mon, Tue, 09:00 to 16:00 (Europe/Vienna), each up to 1 hour later.` */
export const scheduleInWords = (schedule: ScheduleView['schedule']): string => {
  if (schedule === null) return text.none;
  const { rotateEveryMs, window, jitterMs } = schedule;
  const days = (names: readonly string[]): string =>
    names.length === 7 ? text.daily : names.map((name) => weekdays[name] ?? name).join(', ');
  const parts = [
    text.every(plainDuration(rotateEveryMs)),
    ...(window === undefined ? [] : [text.window(days(window.days), window.from, window.to, window.timeZone)]),
    ...(jitterMs === 0 ? [] : [text.jitter(plainDuration(jitterMs))]),
  ];
  return `${parts.join(', ')}.`;
};
