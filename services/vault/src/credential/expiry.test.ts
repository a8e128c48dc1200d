import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { eventsOf } from './happened.ts';
import { untold } from './schedule.ts';
import type { RegisteredCredential } from './state.ts';

// When a value ends is known of the value: the next one has its own date, or none.

const { given } = spec;
const make = eventsOf({ credentialId: spec.id, address: spec.address });
const [OLD_END, NEW_END] = ['2026-06-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'];
const ending = (expiresAt: string | null) => make('credential.details-changed', { changed: { expiresAt } });
const base = [...spec.base, ending(OLD_END)] as const;
const stagedUntil = (version: number, expiresAt: string) =>
  make('credential.version-staged', { version, epoch: 1, publicFields: spec.fieldsOf(version), masks: { password: '••••••' }, expiresAt });
const rotatedTo = (expiresAt: string | null) =>
  make('credential.rotated', { from: 1, to: 2, generation: 2, epoch: 1, ...(expiresAt === OLD_END ? {} : { expiresAt }) });
const underWay = [
  ...base,
  spec.requested(1),
  spec.staged(2, 1),
  spec.owed(2, 'issued-not-committed'),
  spec.applied(2, 1),
  spec.tested(2, 1),
];
const withOwn = (end: string) => underWay.map((fact, index) => (index === base.length + 1 ? stagedUntil(2, end) : fact));
const after = [spec.settled(2, 'committed'), spec.superseded(1, 2), spec.owed(1, 'superseded-not-revoked')] as const;

const stateOf = (past: readonly ReturnType<typeof make>[]): RegisteredCredential => {
  const { state } = given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};

describe('a rotation', () => {
  it('leaves no date behind that was the old value’s, and says so', () => {
    given(...underWay)
      .when(spec.commit(2, 1))
      .then(rotatedTo(null), ...after);
    const state = stateOf([...underWay, rotatedTo(null), ...after]);
    expect([state.expiresAt, untold(state)]).toEqual([null, []]);
  });
  it('keeps the end of a value that was chosen, where its provider named one', () => {
    const staging = spec.stage(2, 1);
    if (staging.type !== 'epoch.stage-candidate') throw new Error('the spec stages a candidate');
    given(...base, spec.requested(1))
      .when({ ...staging, data: { ...staging.data, expiresAt: NEW_END } })
      .then(stagedUntil(2, NEW_END), spec.owed(2, 'issued-not-committed'));
  });
  it('goes on with the end that the provider named', () => {
    given(...withOwn(NEW_END))
      .when(spec.commit(2, 1))
      .then(rotatedTo(NEW_END), ...after);
    expect(stateOf([...withOwn(NEW_END), rotatedTo(NEW_END), ...after]).expiresAt).toBe(NEW_END);
  });
  it('says nothing of a date that is the same', () =>
    given(...withOwn(OLD_END))
      .when(spec.commit(2, 1))
      .then(rotatedTo(OLD_END), ...after));
  it('that is rolled back has the old date again', () =>
    given(...underWay, rotatedTo(null), ...after)
      .when({ type: 'rotation.roll-back', data: { reason: 'it is slow' } })
      .then(
        spec.withdrawn(2),
        make('credential.rolled-back', { epoch: 1, from: 2, to: 1, generation: 3, reason: 'it is slow', expiresAt: OLD_END }),
        spec.settled(1, 'restored'),
        spec.owed(2, 'superseded-not-revoked'),
      ));
  it('of before dates went with their values keeps the date, as it did then', () =>
    expect(stateOf([...underWay, spec.rotated(1, 2, 2, 1), ...after]).expiresAt).toBe(OLD_END));
});

describe('a value that somebody brings', () => {
  const brought = {
    type: 'credential.stage-value',
    data: {
      version: 2,
      publicFields: spec.fieldsOf(1),
      masks: { password: '••••••' },
      sealed: spec.sealed,
      expiresAt: '2026-12-01T01:00:00+01:00',
    },
  } as const;
  const staged = make('credential.version-staged', {
    version: 2,
    epoch: null,
    publicFields: spec.fieldsOf(1),
    masks: { password: '••••••' },
    expiresAt: NEW_END,
  });
  it('has the end that was said with it, from its commit on', () => {
    given(...base)
      .when(brought)
      .then(staged, spec.changeAsked('value', 2));
    const testing = [...base, staged, spec.changeAsked('value', 2)];
    expect(stateOf(testing).expiresAt).toBe(OLD_END);
    given(...testing)
      .when(spec.errandTested(2))
      .then(
        spec.testedAlone(2),
        make('credential.rotated', { from: 1, to: 2, generation: 2, epoch: null, expiresAt: NEW_END }),
        spec.superseded(1, 2),
        spec.owedInSameLogin(1),
      );
  });
  it('ends with a date that was corrected since, not with its first one', () => {
    const current = [
      ...base,
      staged,
      spec.changeAsked('value', 2),
      spec.testedAlone(2),
      make('credential.rotated', { from: 1, to: 2, generation: 2, epoch: null, expiresAt: NEW_END }),
    ];
    expect(stateOf([...current, ending(null)]).versions.map(({ expiresAt }) => expiresAt)).toEqual([OLD_END, null]);
  });
});

describe('an edit', () => {
  it('is the same secret, so its date stays', () =>
    given(...base, spec.edited(2, 1, { ...spec.fieldsOf(1), host: 'db-2' }), spec.changeAsked('edit', 2))
      .when(spec.errandTested(2))
      .then(spec.testedAlone(2), spec.changed(1, 2, 2), spec.superseded(1, 2)));
});
