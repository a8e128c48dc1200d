import type { ScheduleView } from '@keyturn/contracts/api';
import { describe, expect, it } from 'vitest';
import { checkDraft, draftOf } from './schedule-draft.ts';
import { scheduleInWords } from './schedule-words.ts';

const SCHEDULE = {
  rotateEveryMs: 7_776_000_000,
  window: { days: ['mon', 'thu'], from: '22:00', to: '02:30', timeZone: 'Europe/Vienna' },
  jitterMs: 3_600_000,
};
const view = (schedule: ScheduleView['schedule']): ScheduleView => ({
  credentialId: '01976f5e-0000-7000-8000-000000000001',
  schedule,
  dueAt: null,
  startsAt: null,
  refused: null,
  overdueSince: null,
  failures: 0,
  expiresAt: null,
  remindDaysBefore: [30, 7, 1],
});
const draft = draftOf(view(SCHEDULE), 'UTC');

describe('the form of a schedule', () => {
  it('sends what is there, where nothing is changed', () =>
    expect(checkDraft(draft)).toEqual({ body: { schedule: SCHEDULE, remindDaysBefore: [30, 7, 1] }, errors: {} }));

  it('begins switched off where there is none, in the reader’s own time zone', () => {
    const fresh = draftOf(view(null), 'Asia/Kathmandu');
    expect(fresh).toMatchObject({ isOn: false, timeZone: 'Asia/Kathmandu' });
    expect(checkDraft(fresh).body).toEqual({ schedule: null, remindDaysBefore: [30, 7, 1] });
  });

  it('leaves the window out where there is to be none', () =>
    expect(checkDraft({ ...draft, isWindowed: false }).body?.schedule).toEqual({ rotateEveryMs: 7_776_000_000, jitterMs: 3_600_000 }));

  it('may tell nobody', () => expect(checkDraft({ ...draft, remind: ' ' }).body?.remindDaysBefore).toEqual([]));

  it.each([
    ['every', { every: { count: '', unit: 'days' } }],
    ['every', { every: { count: 20, unit: 'milliseconds' } }],
    ['jitter', { jitter: { count: 8, unit: 'days' } }],
    ['days', { days: [] }],
    ['from', { from: '09:07' }],
    ['to', { to: '' }],
    ['to', { to: '22:00' }],
    ['timeZone', { timeZone: 'Vienna' }],
    ['remind', { remind: '30, soon' }],
  ] as const)('says what is wrong at %s', (name, change) => {
    const { body, errors } = checkDraft({ ...draft, ...change });
    expect({ body, names: Object.keys(errors) }).toEqual({ body: null, names: [name] });
  });
});

describe('a schedule in words', () => {
  it('says interval, window and spread', () =>
    expect(scheduleInWords(SCHEDULE)).toBe(
      'Every 90 days since the last commit, beginning Mon, Thu, 22:00 to 02:30 (Europe/Vienna), each up to 1 hour later.',
    ));
  it('is short where it is simple', () =>
    expect(scheduleInWords({ rotateEveryMs: 86_400_000, jitterMs: 0 })).toBe('Every 1 day since the last commit.'));
  it('says that there is none', () => expect(scheduleInWords(null)).toBe('It is rotated when somebody asks.'));
});
