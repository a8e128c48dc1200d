import { describe, expect, it } from 'vitest';
import { RotationSchedule, RotationWindow } from '@keyturn/contracts';
import { given, id, address, registered, requested, staged, imported } from '../testing/credential-spec.ts';
import type { CredentialCommand } from './command.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { eventsOf, type CredentialFact } from './happened.ts';
import { lookAt, overdueFrom, startOf, turnOf } from './schedule.ts';
import { type Credential, type RegisteredCredential, unregistered } from './state.ts';

const make = eventsOf({ credentialId: id, address });
const DAY = 86_400_000;
const START = Date.parse('2026-03-02T00:00:00Z'); // a Monday
const at = (ms: number): string => new Date(START + ms).toISOString();

/** The credential after events at the given times. */
const after = (...events: readonly (readonly [ms: number, event: CredentialFact])[]): RegisteredCredential => {
  const state = events.reduce<Credential>(
    (known, [ms, { type, data }], index) =>
      evolve(known, {
        type,
        data,
        position: index + 1,
        stream: `credential-${id}`,
        version: index + 1,
        meta: { commandId: 'c', actor: { kind: 'person', id: 'ada' }, incarnation: 1 },
        recordedAt: at(ms),
        sealedHash: null,
        prevHash: '',
        hash: '',
      }),
    unregistered,
  );
  if (state.status !== 'registered') throw new Error('it is not registered');
  return state;
};
type Fact = readonly [ms: number, event: CredentialFact];
const BASE: readonly Fact[] = [
  [0, registered()],
  [0, staged(1, null)],
  [0, imported()],
];
type Changed = Extract<CredentialFact, { type: 'credential.schedule-changed' }>['data'];
const scheduled = (schedule: Partial<NonNullable<Changed['schedule']>> = {}, remindDaysBefore: readonly number[] = [30, 7, 1]): Fact => [
  0,
  make('credential.schedule-changed', {
    schedule: { rotateEveryMs: 10 * DAY, jitterMs: 0, ...schedule },
    remindDaysBefore: [...remindDaysBefore],
  }),
];
const expiresOn = (ms: number): Fact => [0, make('credential.details-changed', { changed: { expiresAt: at(ms) } })];
const asked = (ms: number, epoch: number): Fact => [ms, make('rotation.requested', { epoch, reason: 'scheduled' })];
const failed = (ms: number, epoch: number): Fact => [
  ms,
  make('rotation.failed', { epoch, step: 'stage', reasonCode: 'provider-down', sentence: 'down' }),
];
/** What the clock alone brings about at a time. */
const due = (
  ms: number,
  refusal: Extract<CredentialCommand, { type: 'credential.do-due' }>['data']['refusal'] = null,
  ...facts: readonly Fact[]
) => {
  const decided = decide({ type: 'credential.do-due', data: { now: at(ms), refusal } }, after(...BASE, ...facts));
  if (!decided.ok) throw new Error(decided.refusal.code);
  return decided.value.map(({ type, data }) => ({ type, data }));
};
const types = (ms: number, ...facts: readonly Fact[]): string[] => due(ms, null, ...facts).map(({ type }) => type);
const REQUESTED = 'rotation.requested';
const OVERDUE = 'credential.rotation-overdue';
const VIENNA = { days: ['mon'], from: '09:00', to: '17:00', timeZone: 'Europe/Vienna' };

describe('a scheduled rotation', () => {
  it('is requested once the interval since the last commit is over, and not while one is open', () => {
    expect(types(10 * DAY - 1, scheduled())).toEqual([]);
    expect(due(10 * DAY, null, scheduled())).toMatchObject([{ type: REQUESTED, data: { epoch: 1, reason: 'scheduled' } }]);
    expect(types(10 * DAY + 1, scheduled(), asked(10 * DAY, 1))).toEqual([]);
    expect(types(10 * DAY, [0, make('credential.schedule-changed', { schedule: null, remindDaysBefore: [] })])).toEqual([]);
  });
  it('waits for its window, and what missed it waits for the next one', () => {
    const inWindow = scheduled({ window: VIENNA });
    // Day 10 is a Thursday; Monday is day 14, and 09:00 in Vienna 08:00 of UTC.
    expect(types(10 * DAY + 1, inWindow)).toEqual([]);
    expect(types(14 * DAY + 8 * 3_600_000 - 1, inWindow)).toEqual([]);
    expect(types(14 * DAY + 8 * 3_600_000, inWindow)).toEqual([REQUESTED]);
    expect(types(14 * DAY + 16 * 3_600_000, inWindow)).toEqual([]);
    expect(types(21 * DAY + 8 * 3_600_000, inWindow)).toEqual([OVERDUE, REQUESTED]);
  });
  it('begins later by its jitter, always the same, and within the window', () => {
    const late = after(...BASE, scheduled({ jitterMs: DAY }));
    const startsAt = startOf(late, at(10 * DAY)) ?? '';
    expect(startOf(late, at(10 * DAY))).toBe(startsAt);
    expect(startsAt > at(10 * DAY) && startsAt < at(11 * DAY)).toBe(true);
    expect(types(Date.parse(startsAt) - START - 1, scheduled({ jitterMs: DAY }))).toEqual([]);
    expect(types(Date.parse(startsAt) - START, scheduled({ jitterMs: DAY }))).toEqual([REQUESTED]);
    const inWindow = startOf(after(...BASE, scheduled({ jitterMs: 7 * DAY, window: VIENNA })), at(10 * DAY)) ?? '';
    expect(inWindow >= at(14 * DAY + 8 * 3_600_000) && inWindow < at(14 * DAY + 16 * 3_600_000)).toBe(true);
  });
  it('spreads many credentials over the jitter', () => {
    const state = after(...BASE, scheduled({ jitterMs: 1_000 }));
    const starts = Array.from({ length: 1_000 }, (_, index) => {
      const credentialId = `01997a3e-0000-7000-8000-${String(index).padStart(12, '0')}`;
      return Date.parse(startOf({ ...state, credentialId }, at(0)) ?? '') - START;
    });
    const tenths = Map.groupBy(starts, (ms) => Math.floor(ms / 100));
    expect([...tenths.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const tenth of tenths.values()) expect(tenth.length).toBeGreaterThan(50);
  });
  it('that is refused says so once, and is tried again when something of the credential has changed', () => {
    const disabled: Fact = [0, make('credential.disabled', { version: 1, generation: 2, reason: 'not used' })];
    const [refusal] = due(10 * DAY, null, scheduled(), disabled);
    expect(refusal).toMatchObject({
      type: 'credential.scheduled-rotation-refused',
      data: { version: 1, dueAt: at(10 * DAY), reasonCode: 'credential-disabled', sentence: 'It is disabled: enable it first.' },
    });
    const told: Fact = [10 * DAY, refusal as CredentialFact];
    expect(types(10 * DAY + 1, scheduled(), disabled, told)).toEqual([]);
    const enabled: Fact = [10 * DAY + 2, make('credential.enabled', { version: 1, generation: 3 })];
    expect(types(10 * DAY + 3, scheduled(), disabled, told, enabled)).toEqual([REQUESTED]);
  });
  it('is refused for what lies beside the credential, too', () => {
    const elsewhere = { code: 'secret-needed', sentence: 'host says where the secret is sent' } as const;
    expect(due(10 * DAY, elsewhere, scheduled())).toMatchObject([{ data: { reasonCode: 'secret-needed' } }]);
    expect(due(10 * DAY - 1, elsewhere, scheduled())).toEqual([]);
  });
  it('that failed is tried again a day later, three times in all', () => {
    const facts: Fact[] = [scheduled(), asked(10 * DAY, 1), failed(10 * DAY + 5, 1)];
    expect(types(11 * DAY + 4, ...facts)).toEqual([OVERDUE]);
    expect(types(11 * DAY + 5, ...facts)).toEqual([OVERDUE, REQUESTED]);
    const twice: Fact[] = [...facts, asked(11 * DAY + 5, 2), failed(11 * DAY + 6, 2), asked(12 * DAY + 6, 3), failed(12 * DAY + 7, 3)];
    expect(types(40 * DAY, ...twice)).toEqual([OVERDUE]);
    expect(turnOf(after(...BASE, ...twice))).toMatchObject({ failures: 3, dueAt: null });
  });
  it('is overdue a day after it should have begun, whatever keeps it, and somebody is told once', () => {
    expect(overdueFrom(after(...BASE, scheduled()))).toBe(at(11 * DAY));
    const open = asked(10 * DAY, 1);
    expect(types(11 * DAY - 1, scheduled(), open)).toEqual([]);
    const [told] = due(11 * DAY, null, scheduled(), open);
    expect(told).toMatchObject({ type: OVERDUE, data: { version: 1, dueAt: at(10 * DAY) } });
    expect(types(12 * DAY, scheduled(), open, [11 * DAY, told as CredentialFact])).toEqual([]);
  });
});

describe('a reminder', () => {
  const EXPIRES = 100 * DAY;
  it('comes at each distance once, and once when it is past', () => {
    const facts: Fact[] = [expiresOn(EXPIRES)];
    const told: unknown[] = [];
    for (const ms of [69 * DAY, 70 * DAY, 71 * DAY, 93 * DAY, 98 * DAY, 99 * DAY, 99 * DAY + 1, 100 * DAY, 101 * DAY]) {
      for (const event of due(ms, null, ...facts)) {
        told.push([ms / DAY, event.type, (event.data as { daysBefore?: number }).daysBefore]);
        facts.push([ms, event as CredentialFact]);
      }
    }
    expect(told).toEqual([
      [70, 'credential.expiring', 30],
      [93, 'credential.expiring', 7],
      [99, 'credential.expiring', 1],
      [100, 'credential.expired', undefined],
    ]);
  });
  it('at the nearest distance stands for the larger ones', () => {
    const facts: Fact[] = [expiresOn(EXPIRES)];
    expect(due(95 * DAY, null, ...facts)).toMatchObject([{ data: { daysBefore: 7 } }]);
    expect(due(200 * DAY, null, ...facts).map(({ type }) => type)).toEqual(['credential.expired']);
  });
  it('comes anew for another date, and for another version', () => {
    const first: Fact = [95 * DAY, make('credential.expiring', { version: 1, expiresAt: at(EXPIRES), daysBefore: 7 })];
    expect(types(95 * DAY, expiresOn(EXPIRES), first)).toEqual([]);
    const later: Fact = [95 * DAY, make('credential.details-changed', { changed: { expiresAt: at(EXPIRES + DAY) } })];
    expect(types(96 * DAY, expiresOn(EXPIRES), first, later)).toEqual(['credential.expiring']);
    const second: Fact[] = [
      [95 * DAY, staged(2, null)],
      [95 * DAY, make('credential.rotated', { from: 1, to: 2, generation: 2, epoch: null })],
    ];
    expect(types(95 * DAY, expiresOn(EXPIRES), first, ...second)).toEqual(['credential.expiring']);
  });
  it('comes at the distances that somebody chose', () => {
    const chosen: Fact = [0, make('credential.schedule-changed', { schedule: null, remindDaysBefore: [3] })];
    expect(types(96 * DAY, expiresOn(EXPIRES), chosen)).toEqual([]);
    expect(due(97 * DAY, null, expiresOn(EXPIRES), chosen)).toMatchObject([{ data: { daysBefore: 3 } }]);
  });
});

describe('the vault looks again', () => {
  it('when the first of its times comes, and not at all where there is none', () => {
    expect(lookAt(after(...BASE))).toBeNull();
    expect(lookAt(after(...BASE, scheduled()))).toBe(at(10 * DAY));
    expect(lookAt(after(...BASE, expiresOn(100 * DAY), scheduled()))).toBe(at(10 * DAY));
    expect(lookAt(after(...BASE, expiresOn(35 * DAY), scheduled()))).toBe(at(5 * DAY));
    const quiet: Fact[] = [
      scheduled(),
      asked(10 * DAY, 1),
      [11 * DAY, make('credential.rotation-overdue', { version: 1, dueAt: at(10 * DAY) })],
    ];
    expect(lookAt(after(...BASE, ...quiet))).toBeNull();
  });
});

describe('credential.change-schedule', () => {
  const schedule = { rotateEveryMs: 10 * DAY, jitterMs: 0, window: VIENNA };
  const changed = make('credential.schedule-changed', { schedule, remindDaysBefore: [30, 7, 1] });
  const base = [registered(), staged(1, null), imported()];
  it('is recorded, and the same again is not', () => {
    given(...base)
      .when({ type: 'credential.change-schedule', data: { schedule } })
      .then(changed);
    given(...base, changed)
      .when({ type: 'credential.change-schedule', data: { schedule: { ...schedule }, remindDaysBefore: [1, 7, 30, 7] } })
      .thenNothing();
    given(...base, changed)
      .when({ type: 'credential.change-schedule', data: { schedule: null } })
      .then(make('credential.schedule-changed', { schedule: null, remindDaysBefore: [30, 7, 1] }));
  });
  it('changes nothing of a rotation that is open', () => {
    given(...base, requested(1))
      .when({ type: 'credential.change-schedule', data: { schedule } })
      .then(changed);
  });
});

describe('a schedule that somebody sends', () => {
  it.each([
    ['a zone that there is not', { ...VIENNA, timeZone: 'Mars/Olympus' }],
    ['a time that is no quarter', { ...VIENNA, from: '09:10' }],
    ['a time that there is not', { ...VIENNA, to: '24:00' }],
    ['no day', { ...VIENNA, days: [] }],
    ['an empty window', { ...VIENNA, to: '09:00' }],
    ['a field that there is not', { ...VIENNA, zone: 'UTC' }],
  ])('is refused for %s', (_what, window) => expect(RotationWindow.safeParse(window).success).toBe(false));
  it('has no jitter if it says none', () =>
    expect(RotationSchedule.parse({ rotateEveryMs: DAY })).toEqual({ rotateEveryMs: DAY, jitterMs: 0 }));
});
