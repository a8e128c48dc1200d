import { ROTATION_STEPS } from '@keyturn/contracts/queries';
import type { RotationView } from '@keyturn/contracts/api';
import { describe, expect, it } from 'vitest';
import {
  announcement,
  awaitedInstances,
  hasPreflight,
  isCommitted,
  standingAt,
  stepRows,
  temporalRunUrl,
  totalMs,
} from './stepper-state.ts';

/** Of a rotation without an approval or a preflight that nobody rolled back. */
const STEPS = ROTATION_STEPS.filter((name) => !['approved', 'preflighted', 'rolled-back'].includes(name));
const UNDECIDED = { approvals: null, forceAsked: null, forced: null, escalated: null, deadlineAt: null, shortened: null };

const rotationAt = (done: number, more: Partial<RotationView> = {}): RotationView => ({
  credentialId: '0192f0c1-2b6e-7c1e-9d7a-4d2c5e1f0a01',
  address: 'system.postgres.orders',
  epoch: 3,
  status: 'open',
  held: false,
  reason: 'manual',
  note: null,
  requestedBy: { kind: 'person', id: 'admin' },
  requestedAt: '2026-11-22T14:00:00.000Z',
  endedAt: null,
  from: 1,
  to: 2,
  steps: STEPS.map((name, index) => ({
    name,
    status: index < done ? 'done' : index === done ? 'running' : 'todo',
    at: index < done ? '2026-11-22T14:00:00.000Z' : null,
    afterMs: index < done ? index * 20 : null,
  })),
  ...UNDECIDED,
  preflights: [],
  acknowledgements: [],
  rolledBack: null,
  canRollBack: false,
  sentence: 'Testing version 2.',
  waitingFor: [],
  awaitedInstances: [],
  convergenceMs: null,
  overlapMs: null,
  failure: null,
  asks: null,
  workflowId: 'rotate/0192/3',
  ...more,
});

describe('stepRows', () => {
  it('says what each step took by itself', () =>
    expect(
      stepRows(rotationAt(3))
        .map(({ tookMs }) => tookMs)
        .slice(0, 4),
    ).toEqual([null, 20, 20, null]));
  it('names every step', () => expect(stepRows(rotationAt(9)).every(({ label, what }) => label !== '' && what !== '')).toBe(true));
});

describe('a run', () => {
  it('stands at its running step', () => expect(standingAt(rotationAt(3))?.name).toBe('tested'));
  it('stands nowhere when it is done', () => expect(standingAt(rotationAt(9))).toBeUndefined());
  it('knows whether it is committed', () => expect([isCommitted(rotationAt(4)), isCommitted(rotationAt(5))]).toEqual([false, true]));
  it('counts to now while it is open', () => expect(totalMs(rotationAt(3), Date.parse('2026-11-22T14:00:02Z'))).toBe(2000));
  it('counts to its end once it is over', () =>
    expect(totalMs(rotationAt(9, { endedAt: '2026-11-22T14:00:05Z' }), Date.parse('2027-01-01T00:00:00Z'))).toBe(5000));
});

describe('hasPreflight', () => {
  const asked = { consumer: 'orders', instance: '7f3a', ok: null, at: null, afterAskMs: null, sentence: null };
  it('is no where nobody was asked', () => expect(hasPreflight(rotationAt(5))).toBe(false));
  it('is yes as soon as somebody was', () => expect(hasPreflight(rotationAt(3, { preflights: [asked] }))).toBe(true));
});

describe('awaitedInstances', () => {
  const ack = { consumer: 'orders', instance: '7f3a', ok: true, at: '', afterCommitMs: 41, sentence: null };
  it('leaves out who has reported', () =>
    expect(awaitedInstances(rotationAt(5, { awaitedInstances: ['orders/7f3a', 'orders/9c1e'], acknowledgements: [ack] }))).toEqual([
      'orders/9c1e',
    ]));
  it('names nobody once the run is over', () =>
    expect(awaitedInstances(rotationAt(9, { status: 'completed', awaitedInstances: ['x/y'] }))).toEqual([]));
});

describe('announcement', () => {
  it('says nothing at the first look', () => expect(announcement(null, rotationAt(3))).toBeNull());
  it('says nothing when nothing went on', () => expect(announcement(rotationAt(3), rotationAt(3))).toBeNull());
  it('says which step is done, and when', () =>
    expect(announcement(rotationAt(3), rotationAt(5))).toBe('Committed, 80 ms after the request'));
  it('says that the run is completed', () =>
    expect(announcement(rotationAt(8), rotationAt(9, { status: 'completed', endedAt: '2026-11-22T14:00:05Z' }))).toBe(
      'Rotation completed after 5.00 s',
    ));
  it('says why it failed', () =>
    expect(
      announcement(rotationAt(3), rotationAt(3, { status: 'failed', failure: { step: 'tested', code: 'x', sentence: 'No route.' } })),
    ).toBe('Rotation failed: No route.'));
  it('says that it is held', () =>
    expect(announcement(rotationAt(5), rotationAt(5, { held: true }))).toBe('Rotation held: Testing version 2.'));
  it('says nothing when another run is shown', () => expect(announcement(rotationAt(3), rotationAt(5, { epoch: 4 }))).toBeNull());
});

describe('temporalRunUrl', () => {
  it('keeps the slashes of the id inside the id', () =>
    expect(temporalRunUrl('http://127.0.0.1:8233/', 'rotate/a/3')).toBe(
      'http://127.0.0.1:8233/namespaces/default/workflows/rotate%2Fa%2F3',
    ));
  it.each([undefined, 'javascript:alert(1)'])('links nowhere for %s', (url) => expect(temporalRunUrl(url, 'x')).toBeNull());
});
