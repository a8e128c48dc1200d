import { type Actor, DEFAULT_REMIND_DAYS } from '@keyturn/contracts';
import type { ScheduleEvent } from '@keyturn/contracts/events';

type Time = string;

export type Schedule = NonNullable<Extract<ScheduleEvent, { type: 'credential.schedule-changed' }>['data']['schedule']>;

/** What is known of a credential's turns and reminders. */
export type Scheduled = {
  readonly schedule: Schedule | null;
  /** Who set it last: what it asks for counts as theirs. */
  readonly scheduledBy: Actor | null;
  readonly remindDaysBefore: readonly number[];
  /** Why it was not rotated when its turn came; `changes`: the credential's then. */
  readonly scheduledRefusal: {
    readonly version: number;
    readonly changes: number;
    readonly at: Time;
    readonly code: string;
    readonly sentence: string;
  } | null;
  /** Since when the version is overdue, once somebody was told. */
  readonly overdue: { readonly version: number; readonly since: Time } | null;
  /** Of which date and version somebody was told, at which distances; 0: that it is past. */
  readonly reminded: { readonly version: number; readonly expiresAt: Time; readonly days: readonly number[] } | null;
};

export const noSchedule: Scheduled = {
  schedule: null,
  scheduledBy: null,
  remindDaysBefore: DEFAULT_REMIND_DAYS,
  scheduledRefusal: null,
  overdue: null,
  reminded: null,
};
