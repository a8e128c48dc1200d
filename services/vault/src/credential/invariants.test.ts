import fc from 'fast-check';
import { recordedAs, specTime } from '@keyturn/testkit';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { awaited, type Facts } from './awaited.ts';
import type { CredentialCommand } from './command.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import type { CredentialFact } from './happened.ts';
import { type Credential, latestRotation, unregistered } from './state.ts';

// Whatever order commands arrive in, from however many confused workers: these hold.

const versions = fc.integer({ min: 1, max: 5 });
const epochs = fc.integer({ min: 1, max: 4 });
const instances = fc.constantFrom('a', 'b');
const ofVersion = fc.record({ version: versions, epoch: epochs });
const leases = fc.array(
  fc.record({
    instance: instances,
    holds: fc.uniqueArray(versions, { maxLength: 2 }),
    silentMs: fc.constantFrom(0, 40_000, spec.policy.lostAfterMs),
    ended: fc.boolean(),
  }),
  { maxLength: 2 },
);
const command: fc.Arbitrary<(now: string) => CredentialCommand> = fc.oneof(
  fc.constant<CredentialCommand>({ type: 'rotation.request', data: { reason: 'manual' } }).map((made) => () => made),
  fc.constant<CredentialCommand>({ type: 'rotation.roll-back', data: { reason: 'it is slow' } }).map((made) => () => made),
  ofVersion.map((of) => () => spec.stage(of.version, of.epoch)),
  ofVersion.map((of) => (): CredentialCommand => ({ type: 'epoch.record-applied', data: of })),
  fc.tuple(ofVersion, fc.constantFrom('valid' as const, 'invalid' as const)).map(
    ([of, verdict]) =>
      () =>
        spec.test(of.version, of.epoch, verdict),
  ),
  ofVersion.map((of) => (): CredentialCommand => ({ type: 'epoch.commit', data: of })),
  fc.tuple(instances, versions, fc.integer({ min: 1, max: 6 }), fc.boolean()).map(
    ([who, version, generation, works]) =>
      () =>
        spec.ack(who, version, generation, works),
  ),
  fc.tuple(ofVersion, fc.boolean()).map(
    ([of, idle]) =>
      () =>
        spec.watched(of.version, of.epoch, idle),
  ),
  fc.tuple(ofVersion, leases).map(
    ([of, held]) =>
      (now: string) =>
        spec.revoke(of.version, of.epoch, {
          now,
          leases: held.map((one) => spec.lease(one.instance, one.holds, { silentMs: one.silentMs, ended: one.ended })),
        }),
  ),
  ofVersion.map((of) => (): CredentialCommand => ({ type: 'epoch.record-logins-denied', data: of })),
  ofVersion.map((of) => (now: string): CredentialCommand => ({ type: 'epoch.record-revoked', data: { ...of, now } })),
  epochs.map((epoch) => (): CredentialCommand => ({ type: 'epoch.complete', data: { epoch } })),
  epochs.map((epoch) => (): CredentialCommand => ({ type: 'epoch.hold', data: { epoch, waitingFor: 'a' } })),
  epochs.map((epoch) => () => spec.fail(epoch)),
  versions.map((version) => (): CredentialCommand => ({ type: 'ledger.record-discarded', data: { version } })),
);

const usable = (state: Credential) =>
  state.status === 'registered' ? state.versions.filter((version) => version.status === 'current') : [];

const checkRevoke = (before: Credential, made: CredentialCommand, events: readonly CredentialFact[]) => {
  if (made.type !== 'epoch.start-revocation' || events.length === 0) return;
  const rotation = before.status === 'registered' ? latestRotation(before) : undefined;
  const known: Facts = made.data.facts;
  expect(before.status === 'registered' && rotation && awaited(before, rotation, known)).toEqual([]);
  const holdsOld = known.leases.some(
    (lease) => !lease.ended && lease.silentMs < spec.policy.lostAfterMs && lease.holds.some((hold) => hold.version === made.data.version),
  );
  expect(holdsOld).toBe(false);
};

const run = (makers: readonly ((now: string) => CredentialCommand)[]) => {
  let state: Credential = spec.base.reduce<Credential>((known, event, index) => evolve(known, recordedAs(event, index + 1)), unregistered);
  let position = spec.base.length;
  let generation = 1;
  for (const maker of makers) {
    const made = maker(specTime(position));
    const decided = decide(made, state);
    if (!decided.ok) continue;
    checkRevoke(state, made, decided.value);
    for (const event of decided.value) state = evolve(state, recordedAs(event, (position += 1)));
    if (state.status === 'unregistered') throw new Error('a credential was forgotten');
    const current = state.current;
    expect(usable(state).map((version) => version.version)).toEqual([current]);
    expect(state.generation).toBeGreaterThanOrEqual(generation);
    expect(state.rotations.filter((rotation) => rotation.status === 'open').length).toBeLessThanOrEqual(1);
    expect(state.ledger.every((entry) => entry.version !== current)).toBe(true);
    generation = state.generation;
    expect(decide(made, state).ok ? replay(made, state) : 0).toBe(0);
  }
  return state;
};

/** A repeat of what was just done yields nothing, save where asking again is a new question. */
const replay = (made: CredentialCommand, state: Credential): number => {
  const again = decide(made, state);
  const isNewQuestion =
    made.type === 'rotation.request' ||
    (made.type === 'epoch.record-evidence' && made.data.idle) ||
    (made.type === 'epoch.record-tested' && made.data.verdict !== 'valid');
  return again.ok && !isNewQuestion ? again.value.length : 0;
};

describe('a credential', () => {
  it('has exactly one current version, never revokes it, and revokes nothing without proof, whatever is commanded', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (makers) => void run(makers)),
      { numRuns: 500 },
    );
  });

  it('reaches a revoke under random commands, so the property above is not vacuous', () => {
    const reached = fc.sample(fc.array(command, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 60, seed: 7 }).map(run);
    const statuses = reached.flatMap((state) => (state.status === 'registered' ? state.versions.map((version) => version.status) : []));
    expect(new Set(statuses)).toEqual(expect.objectContaining({}));
    expect(statuses).toContain('revoking');
  });
});
