import { ScheduleBody } from '@keyturn/contracts/api';
import type { ScheduleView } from '@keyturn/contracts/api';
import { inUnits } from '../../shared/time/plain-duration.ts';
import { schedule as scheduleWords } from '../../strings-schedule.ts';
import { millisecondsOf } from '../policy/typed-duration.ts';
import type { TypedDuration } from '../policy/typed-duration.ts';
import type { ScheduleWish } from './schedule-queries.ts';

const text = scheduleWords.form;
const DAY_MS = 86_400_000;
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** What stands in the form. */
export type ScheduleDraft = {
  readonly isOn: boolean;
  readonly every: TypedDuration;
  readonly isWindowed: boolean;
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly jitter: TypedDuration;
  readonly remind: string;
};

/** The schedule as it is; where there is none, one that many would choose, not yet switched on. */
export const draftOf = ({ schedule, remindDaysBefore }: ScheduleView, timeZone: string): ScheduleDraft => {
  const window = schedule?.window;
  return {
    isOn: schedule !== null,
    every: inUnits(schedule?.rotateEveryMs ?? 90 * DAY_MS),
    isWindowed: window !== undefined,
    days: window?.days ?? ['mon', 'tue', 'wed', 'thu'],
    from: window?.from ?? '09:00',
    to: window?.to ?? '16:00',
    timeZone: window?.timeZone ?? timeZone,
    jitter: inUnits(schedule?.jitterMs ?? 0),
    remind: remindDaysBefore.join(', '),
  };
};

const remindDays = (typed: string): number[] =>
  typed
    .split(/[\s,]+/u)
    .filter((word) => word !== '')
    .map(Number);

/** What is sent, as it was typed: whether it can be is asked by `checkDraft`. */
const typedBody = ({ isOn, every, isWindowed, days, from, to, timeZone, jitter, remind }: ScheduleDraft) => ({
  schedule: isOn
    ? {
        rotateEveryMs: millisecondsOf(every),
        ...(isWindowed ? { window: { days: WEEKDAYS.filter((day) => days.includes(day)), from, to, timeZone } } : {}),
        jitterMs: millisecondsOf(jitter),
      }
    : null,
  remindDaysBefore: remindDays(remind),
});

export type DraftErrors = Partial<Record<'every' | 'days' | 'from' | 'to' | 'timeZone' | 'jitter' | 'remind', string>>;

const errorAt = (path: string, isEmpty: boolean): DraftErrors => {
  if (path.startsWith('remindDaysBefore')) return { remind: text.remindWrong };
  switch (path) {
    case 'schedule.rotateEveryMs':
      return { every: text.everyWrong };
    case 'schedule.jitterMs':
      return { jitter: text.jitterWrong };
    case 'schedule.window.days':
      return { days: text.daysNeeded };
    case 'schedule.window.from':
      return { from: text.timeWrong };
    case 'schedule.window.to':
      return { to: isEmpty ? text.windowEmpty : text.timeWrong };
    default:
      return { timeZone: text.timeZoneWrong };
  }
};

/** What can be sent, or what is wrong with it, by input; the bounds are the contract's. */
export const checkDraft = (draft: ScheduleDraft): { readonly body: ScheduleWish | null; readonly errors: DraftErrors } => {
  const { success, data, error } = ScheduleBody.safeParse(typedBody(draft));
  if (success) return { body: data, errors: {} };
  const isEmpty = draft.from === draft.to;
  const errors = error.issues.reduce<DraftErrors>((all, { path }) => ({ ...all, ...errorAt(path.join('.'), isEmpty) }), {});
  return { body: null, errors };
};
