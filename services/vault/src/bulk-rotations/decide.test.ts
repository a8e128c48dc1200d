import type { Actor, ProviderName } from '@keyturn/contracts';
import type { BulkRotationEvent } from '@keyturn/contracts/events';
import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { type BulkCommand, decideBulk, refuseStart } from './decide.ts';
import { type BulkRotation, countsOf, evolveBulkRotation } from './state.ts';

const BULK = '0197d2a0-0000-7000-8000-00000000000b';
const ACTOR: Actor = { kind: 'person', id: 'ada' };
const idOf = (name: string) => `credential-${name}`;
const member = (name: string, service = 'stripe') => ({ credentialId: idOf(name), address: `system.${service}.${name}` });
const about = (name: string) => ({ bulkId: BULK, ...member(name) });

type Asked = Partial<Extract<BulkRotationEvent, { type: 'bulk-rotation.requested' }>['data']>;
const requested = (changes: Asked = {}): BulkRotationEvent => ({
  type: 'bulk-rotation.requested',
  data: {
    bulkId: BULK,
    selection: { service: 'stripe' },
    reason: 'manual',
    maxInFlight: 2,
    stopAfterFailures: 2,
    members: [member('a'), member('b'), member('c'), member('d', 'postgres')],
    ...changes,
  },
});
const started = (name: string): BulkRotationEvent => ({ type: 'bulk-rotation.member-started', data: { ...about(name), epoch: 1 } });
const skipped = (name: string): BulkRotationEvent => ({
  type: 'bulk-rotation.member-skipped',
  data: { ...about(name), reasonCode: 'credential-disabled', sentence: 'It is disabled.' },
});
const endedAs = (name: string, outcome: 'completed' | 'failed'): BulkRotationEvent => ({
  type: 'bulk-rotation.member-ended',
  data: { ...about(name), epoch: 1, outcome, sentence: outcome },
});
const paused: BulkRotationEvent = { type: 'bulk-rotation.paused', data: { bulkId: BULK, by: 'person', sentence: 'slow' } };
const resumed: BulkRotationEvent = { type: 'bulk-rotation.resumed', data: { bulkId: BULK } };
const cancelled: BulkRotationEvent = { type: 'bulk-rotation.cancelled', data: { bulkId: BULK, sentence: 'wrong' } };
const end = (name: string, outcome: 'completed' | 'failed'): BulkCommand => ({
  type: 'end-member',
  credentialId: idOf(name),
  outcome,
  code: null,
  sentence: outcome,
});
const skip = (name: string): BulkCommand => ({
  type: 'skip-member',
  credentialId: idOf(name),
  code: 'credential-disabled',
  sentence: 'It is disabled.',
});

const after = (...events: readonly BulkRotationEvent[]): BulkRotation => {
  const bulk = events.reduce<BulkRotation | null>((state, event) => evolveBulkRotation(state, event, { at: 'then', actor: ACTOR }), null);
  if (!bulk) throw new Error('nothing was requested');
  return bulk;
};
const given = (...events: readonly BulkRotationEvent[]) => ({ when: (command: BulkCommand) => decideBulk(command, after(...events)) });
const at = (provider: ProviderName, name: string, service: string) => ({ ...member(name, service), provider });
const isItsTurn = (name: string, ...events: readonly BulkRotationEvent[]) => refuseStart(after(...events), idOf(name)) === null;

describe('a member’s turn', () => {
  it('comes while fewer of its service are under way than may be', () => {
    expect(isItsTurn('a', requested())).toBe(true);
    expect(isItsTurn('b', requested(), started('a'))).toBe(true);
    expect(isItsTurn('c', requested(), started('a'), started('b'))).toBe(false);
    expect(isItsTurn('d', requested(), started('a'), started('b'))).toBe(true); // another provider
    expect(isItsTurn('c', requested(), started('a'), started('b'), endedAs('a', 'completed'))).toBe(true);
  });
  it('comes once', () => {
    expect(isItsTurn('a', requested(), started('a'))).toBe(false);
    expect(isItsTurn('a', requested(), started('a'), endedAs('a', 'failed'))).toBe(false);
    expect(isItsTurn('a', requested(), skipped('a'))).toBe(false);
    expect(isItsTurn('nobody', requested())).toBe(false);
  });
  it('comes never while it is paused, nor once it is cancelled', () => {
    expect(isItsTurn('a', requested(), paused)).toBe(false);
    expect(isItsTurn('a', requested(), paused, resumed)).toBe(true);
    expect(isItsTurn('a', requested(), cancelled)).toBe(false);
    expect(refuseStart(null, idOf('a'))).toEqual({ code: 'bulk-member-not-waiting' });
  });
});

describe('what became of a member', () => {
  it('is recorded once', () => {
    expect(given(requested(), started('a')).when(end('a', 'completed'))).toEqual(ok([endedAs('a', 'completed')]));
    expect(given(requested(), started('a'), endedAs('a', 'completed')).when(end('a', 'failed'))).toEqual(ok([]));
    expect(given(requested()).when(end('a', 'completed'))).toEqual(ok([]));
    expect(given(requested()).when(skip('a'))).toEqual(ok([skipped('a')]));
    expect(given(requested(), started('a')).when(skip('a'))).toEqual(ok([]));
    expect(given(requested()).when(skip('nobody'))).toEqual(ok([]));
  });
  it('pauses it after so many failures, counted anew when it is resumed', () => {
    const both = [requested(), started('a'), started('b')];
    const stopped = { type: 'bulk-rotation.paused', data: { by: 'failures' } };
    expect(given(...both).when(end('a', 'failed'))).toEqual(ok([endedAs('a', 'failed')]));
    expect(given(...both, endedAs('a', 'failed')).when(end('b', 'failed'))).toMatchObject({
      value: [endedAs('b', 'failed'), stopped],
    });
    expect(given(...both, endedAs('a', 'failed'), paused, resumed).when(end('b', 'failed'))).toEqual(ok([endedAs('b', 'failed')]));
    const careless = [requested({ stopAfterFailures: null }), started('a'), started('b'), endedAs('a', 'failed')];
    expect(given(...careless).when(end('b', 'failed'))).toEqual(ok([endedAs('b', 'failed')]));
  });
  it('ends it with the last one, and then it isn’t paused for failures', () => {
    const pair = [requested({ members: [member('a'), member('b')], stopAfterFailures: 1 }), started('a'), skipped('b')];
    const ended = { type: 'bulk-rotation.ended', data: { bulkId: BULK, completed: 0, failed: 1, skipped: 1, cancelled: 0 } };
    expect(given(...pair).when(end('a', 'failed'))).toEqual(ok([endedAs('a', 'failed'), ended]));
  });
});

describe('a bulk rotation', () => {
  it('is paused and resumed; the same again changes nothing', () => {
    expect(given(requested()).when({ type: 'pause', because: 'slow' })).toEqual(ok([paused]));
    expect(given(requested(), paused).when({ type: 'pause', because: 'slow' })).toEqual(ok([]));
    expect(given(requested(), paused).when({ type: 'resume' })).toEqual(ok([resumed]));
    expect(given(requested()).when({ type: 'resume' })).toEqual(refuse({ code: 'bulk-rotation-not-paused' }));
  });
  it('is cancelled: what waits is left, what is under way goes on to its end, which ends it', () => {
    expect(given(requested(), started('a')).when({ type: 'cancel', because: 'wrong' })).toEqual(ok([cancelled]));
    const left = after(requested(), started('a'), cancelled);
    expect(countsOf(left)).toMatchObject({ running: 1, cancelled: 3 });
    const ended = { type: 'bulk-rotation.ended', data: { bulkId: BULK, completed: 1, failed: 0, skipped: 0, cancelled: 3 } };
    expect(decideBulk(end('a', 'completed'), left)).toEqual(ok([endedAs('a', 'completed'), ended]));
    expect(given(requested(), cancelled).when({ type: 'resume' })).toEqual(refuse({ code: 'bulk-rotation-over', status: 'cancelled' }));
  });
  it('of which nothing is under way ends as it is cancelled', () => {
    expect(given(requested()).when({ type: 'cancel', because: 'wrong' })).toMatchObject({
      value: [cancelled, { type: 'bulk-rotation.ended', data: { cancelled: 4 } }],
    });
  });
  it.each<BulkCommand>([{ type: 'pause', because: 'x' }, { type: 'resume' }, { type: 'cancel', because: 'x' }])(
    'that is over, or that there never was, refuses $type',
    (command) => {
      const over: BulkRotationEvent = {
        type: 'bulk-rotation.ended',
        data: { bulkId: BULK, completed: 0, failed: 0, skipped: 0, cancelled: 4 },
      };
      expect(given(requested(), cancelled, over).when(command)).toEqual(refuse({ code: 'bulk-rotation-over', status: 'ended' }));
      expect(decideBulk(command, null)).toEqual(refuse({ code: 'bulk-rotation-unknown' }));
    },
  );
});

describe('two services at one provider', () => {
  const members = [at('openai', 'a', 'chat'), at('openai', 'b', 'search'), at('openai', 'c', 'search'), at('anthropic', 'd', 'chat')];
  const of = requested({ maxInFlight: 2, members });
  it('share its bound', () => {
    expect(isItsTurn('b', of, started('a'))).toBe(true);
    expect(isItsTurn('c', of, started('a'), started('b'))).toBe(false);
  });
  it('leave alone whoever is at another one, also in the same service', () =>
    expect(isItsTurn('d', of, started('a'), started('b'))).toBe(true));
});
