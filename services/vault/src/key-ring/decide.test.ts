import type { KeyRingEvent } from '@keyturn/contracts/events';
import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import type { KekFacts, KeyRingCommand } from './command.ts';
import { decideRing } from './decide.ts';
import { emptyRing, evolveRing, type KeyRing } from './state.ts';

const [OLD, NEW] = ['kek-00000000000000a1', 'kek-00000000000000b2'];
const RUN = '0197d2a0-0000-7000-8000-000000000001';
const AT = '2026-01-02T03:04:05.000000Z';
const everywhere = { rows: 0, missingAt: [] };

const ringAfter = (events: readonly KeyRingEvent[]): KeyRing => events.reduce((ring, event) => evolveRing(ring, event, AT), emptyRing);
const added = (kekId: string): KeyRingEvent => ({ type: 'kek.added', data: { kekId } });
const activated = (kekId: string): KeyRingEvent => ({ type: 'kek.activated', data: { kekId } });
const retiring = (kekId: string): KeyRingEvent => ({ type: 'kek.retiring', data: { kekId } });
const retired = (kekId: string): KeyRingEvent => ({ type: 'kek.retired', data: { kekId } });
const requested: KeyRingEvent = { type: 'rewrap.requested', data: { runId: RUN, kekId: NEW, totalCredentials: 3 } };
const completed: KeyRingEvent = {
  type: 'rewrap.completed',
  data: { runId: RUN, kekId: NEW, success: true, totalCredentials: 3, rotated: 3, failed: 0, rotatedAt: AT, ownKeys: 2 },
};

const BEGUN = [added(OLD), activated(OLD)];
const BOTH = [...BEGUN, added(NEW)];
const SWITCHED = [...BOTH, retiring(OLD), activated(NEW)];

const after = (...events: readonly KeyRingEvent[]) => ({
  when: (command: KeyRingCommand) => decideRing(command, ringAfter(events)),
});

describe('the beginning of the ring', () => {
  it('is one active key', () => expect(after().when({ type: 'key-ring.begin', kekId: OLD })).toEqual(ok(BEGUN)));
  it('comes once', () => expect(after(...BEGUN).when({ type: 'key-ring.begin', kekId: OLD })).toEqual(ok([])));
  it('goes on under the key of a restored vault', () =>
    expect(after(...BEGUN).when({ type: 'key-ring.begin', kekId: NEW })).toEqual(ok([retiring(OLD), added(NEW), activated(NEW)])));
});

describe('key-ring.add', () => {
  it('adds a key', () => expect(after(...BEGUN).when({ type: 'key-ring.add', kekId: NEW })).toEqual(ok([added(NEW)])));
  it('does nothing when repeated', () => expect(after(...BOTH).when({ type: 'key-ring.add', kekId: NEW })).toEqual(ok([])));
  it('refuses a key that was retired', () =>
    expect(after(...SWITCHED, retired(OLD)).when({ type: 'key-ring.add', kekId: OLD })).toEqual(
      refuse({ code: 'kek-not-added', kekId: OLD, state: 'retired' }),
    ));
});

describe('key-ring.activate', () => {
  const activate = (kekId: string, facts: KekFacts = everywhere): KeyRingCommand => ({ type: 'key-ring.activate', kekId, facts });
  it('makes the old key retiring first', () => expect(after(...BOTH).when(activate(NEW))).toEqual(ok([retiring(OLD), activated(NEW)])));
  it('does nothing when repeated', () => expect(after(...SWITCHED).when(activate(NEW))).toEqual(ok([])));
  it('refuses while a replica does not hold the key, and names it', () =>
    expect(after(...BOTH).when(activate(NEW, { rows: 0, missingAt: ['b', 'c'] }))).toEqual(
      refuse({ code: 'kek-not-everywhere', kekId: NEW, waitingFor: 'b, c' }),
    ));
  it('refuses an unknown key', () => expect(after(...BEGUN).when(activate(NEW))).toEqual(refuse({ code: 'kek-unknown', kekId: NEW })));
  it('refuses to go back', () =>
    expect(after(...SWITCHED).when(activate(OLD))).toEqual(refuse({ code: 'kek-not-added', kekId: OLD, state: 'retiring' })));
  it('refuses while a re-wrap is under way', () =>
    expect(after(...SWITCHED, requested, added('kek-00000000000000c3')).when(activate('kek-00000000000000c3'))).toEqual(
      refuse({ code: 'rewrap-running', runId: RUN }),
    ));
});

describe('key-ring.rewrap', () => {
  const again = '0197d2a0-0000-7000-8000-000000000002';
  it('opens a run under the active key', () =>
    expect(after(...SWITCHED).when({ type: 'key-ring.rewrap', runId: RUN, totalCredentials: 3 })).toEqual(ok([requested])));
  it('does not open a second one', () =>
    expect(after(...SWITCHED, requested).when({ type: 'key-ring.rewrap', runId: again, totalCredentials: 3 })).toEqual(ok([])));
  it('says its end once, with every row counted', () => {
    const complete: KeyRingCommand = { type: 'rewrap.complete', runId: RUN, rotated: 3, failed: 0, ownKeys: 2, ownFailed: 0, now: AT };
    expect(after(...SWITCHED, requested).when(complete)).toEqual(ok([completed]));
    expect(after(...SWITCHED, requested, completed).when(complete)).toEqual(ok([]));
  });
  it('is no success where a row failed', () => {
    const decided = after(...SWITCHED, requested).when({
      type: 'rewrap.complete',
      runId: RUN,
      rotated: 2,
      failed: 1,
      ownKeys: 2,
      ownFailed: 0,
      now: AT,
    });
    expect(decided).toMatchObject({ value: [{ data: { success: false, totalCredentials: 3, rotated: 2, failed: 1 } }] });
  });
  it('is no success where a key of the vault itself failed', () => {
    const decided = after(...SWITCHED, requested).when({
      type: 'rewrap.complete',
      runId: RUN,
      rotated: 3,
      failed: 0,
      ownKeys: 1,
      ownFailed: 1,
      now: AT,
    });
    expect(decided).toMatchObject({ value: [{ data: { success: false } }] });
  });
  it('hears nothing of another run', () =>
    expect(after(...SWITCHED, requested).when({ type: 'rewrap.progress', runId: again, rotated: 1, failed: 0, remaining: 2 })).toEqual(
      ok([]),
    ));
  it('may be asked for again when it is over', () =>
    expect(after(...SWITCHED, requested, completed).when({ type: 'key-ring.rewrap', runId: again, totalCredentials: 0 })).toMatchObject({
      value: [{ data: { runId: again } }],
    }));
});

describe('key-ring.retire', () => {
  const retire = (kekId: string, rows = 0): KeyRingCommand => ({ type: 'key-ring.retire', kekId, facts: { rows, missingAt: [] } });
  it('ends a key on which nothing hangs', () => expect(after(...SWITCHED).when(retire(OLD))).toEqual(ok([retired(OLD)])));
  it('refuses while one row hangs on it', () =>
    expect(after(...SWITCHED).when(retire(OLD, 1))).toEqual(refuse({ code: 'kek-in-use', kekId: OLD, rows: 1 })));
  it('refuses the active key', () =>
    expect(after(...SWITCHED).when(retire(NEW))).toEqual(refuse({ code: 'kek-not-retiring', kekId: NEW, state: 'active' })));
  it('takes back a key that was never active', () => expect(after(...BOTH).when(retire(NEW))).toEqual(ok([retired(NEW)])));
  it('refuses an unknown key', () => expect(after(...BEGUN).when(retire(NEW))).toEqual(refuse({ code: 'kek-unknown', kekId: NEW })));
  it('does nothing when repeated', () => expect(after(...SWITCHED, retired(OLD)).when(retire(OLD))).toEqual(ok([])));
});
