import fc from 'fast-check';
import { recordedAs, specTime } from '@keyturn/testkit';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { awaited, type Facts } from './awaited.ts';
import type { CredentialCommand } from './command.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import type { CredentialFact } from './happened.ts';
import { nextStep } from './next-step.ts';
import { type Credential, latestRotation, nextVersionNumber, type RegisteredCredential, unregistered } from './state.ts';

// Whatever order commands arrive in, from however many confused workers: these hold.

type Maker = (state: RegisteredCredential, now: string) => CredentialCommand;
type Of = { readonly version: number; readonly epoch: number };

/** Mostly what a worker that is up to date would name, sometimes anything. */
const target = fc.record({
  version: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('serving' as const, 'retiring' as const) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) },
  ),
  epoch: fc.oneof({ weight: 6, arbitrary: fc.constant('latest' as const) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
});
const named = (
  state: RegisteredCredential,
  { version, epoch }: { version: 'serving' | 'retiring' | number; epoch: 'latest' | number },
): Of => {
  const rotation = latestRotation(state);
  return {
    version: typeof version === 'number' ? version : (rotation?.[version] ?? nextVersionNumber(state)),
    epoch: epoch === 'latest' ? (rotation?.epoch ?? 1) : epoch,
  };
};
const about = (make: (of: Of, now: string) => CredentialCommand): fc.Arbitrary<Maker> =>
  target.map((chosen) => (state, now) => make(named(state, chosen), now));
const plain = (made: CredentialCommand): fc.Arbitrary<Maker> => fc.constant(() => made);

const instances = fc.constantFrom('a', 'b');
const leases = fc.array(
  fc.record({
    instance: instances,
    old: fc.boolean(),
    silentMs: fc.constantFrom(0, 40_000, spec.policy.lostAfterMs),
    ended: fc.constantFrom(null, 'goodbye' as const, 'lost' as const),
  }),
  { maxLength: 2 },
);
const triers = fc.subarray(['a', 'b']);
const revokeWith = (
  state: RegisteredCredential,
  of: Of,
  held: readonly { instance: string; old: boolean; silentMs: number; ended: 'goodbye' | 'lost' | null }[],
  now: string,
) =>
  spec.revoke(of.version, of.epoch, {
    now,
    leases: held.map(({ instance, old, silentMs, ended }) =>
      spec.lease(instance, old ? [of.version] : [state.current ?? 1], { silentMs, ended }),
    ),
    ungranted: [],
  });

/** What a worker does that does as it is told, of the steps before a commit: else random commands would hardly ever get that far. */
const diligent: fc.Arbitrary<Maker> = fc.constant((state, now) => {
  const rotation = latestRotation(state);
  const leases = ['a', 'b'].map((name) => spec.lease(name, [1]));
  const next = rotation && nextStep(state, rotation.epoch, { now, leases, ungranted: [] });
  if (!rotation || !next?.ok) return { type: 'rotation.request', data: { reason: 'manual' } };
  const { epoch } = rotation;
  switch (next.value.step) {
    case 'stage':
      return spec.stage(next.value.version, epoch);
    case 'apply':
      return { type: 'epoch.record-applied', data: { epoch, version: next.value.version } };
    case 'test':
      return spec.test(next.value.version, epoch);
    case 'ask-preflight':
      return spec.askPreflight(next.value.version, epoch, { now, leases, ungranted: [] });
    case 'await-preflight':
      return spec.tried(next.value.waitingFor[0]?.split('/')[1] ?? 'a', next.value.version);
    case 'commit':
      return spec.commit(next.value.version, epoch, { now, leases, ungranted: [] });
    case 'fail-preflight':
      return spec.fail(epoch);
    default:
      return { type: 'rotation.request', data: { reason: 'manual' } };
  }
});

const command: fc.Arbitrary<Maker> = fc.oneof(
  { weight: 12, arbitrary: diligent },
  {
    weight: 20,
    arbitrary: fc.oneof(
      plain({ type: 'rotation.request', data: { reason: 'manual' } }),
      plain({ type: 'rotation.roll-back', data: { reason: 'it is slow' } }),
      about((of) => spec.stage(of.version, of.epoch)),
      about((of) => ({ type: 'epoch.record-applied', data: of })),
      about((of) => spec.test(of.version, of.epoch)),
      about((of) => spec.test(of.version, of.epoch, 'invalid')),
      fc.tuple(target, triers).map(
        ([chosen, there]): Maker =>
          (state, now) =>
            spec.askPreflight(named(state, chosen).version, named(state, chosen).epoch, {
              now,
              leases: there.map((name) => spec.lease(name, [1])),
              ungranted: [],
            }),
      ),
      fc.tuple(instances, fc.boolean()).map(
        ([who, works]): Maker =>
          (state) =>
            spec.tried(who, latestRotation(state)?.candidate ?? 1, works),
      ),
      fc.tuple(target, triers).map(
        ([chosen, there]): Maker =>
          (state, now) =>
            spec.commit(named(state, chosen).version, named(state, chosen).epoch, {
              now,
              leases: there.map((name) => spec.lease(name, [1])),
              ungranted: [],
            }),
      ),
      fc.tuple(instances, fc.integer({ min: -1, max: 0 }), fc.boolean()).map(
        ([who, late, works]): Maker =>
          (state) =>
            spec.ack(who, state.current ?? 1, state.generation + late, works),
      ),
      about((of) => spec.watched(of.version, of.epoch, true)),
      about((of) => spec.watched(of.version, of.epoch, false)),
      fc.tuple(target, leases).map(
        ([chosen, held]): Maker =>
          (state, now) =>
            revokeWith(state, named(state, chosen), held, now),
      ),
      about((of) => ({ type: 'epoch.record-logins-denied', data: of })),
      about((of, now) => ({ type: 'epoch.record-revoked', data: { ...of, now } })),
      about((of) => ({ type: 'epoch.complete', data: { epoch: of.epoch } })),
      about((of) => ({ type: 'epoch.hold', data: { epoch: of.epoch, waitingFor: 'a' } })),
      about((of) => spec.fail(of.epoch)),
      about((of) => ({ type: 'ledger.record-discarded', data: { version: of.version } })),
    ),
  },
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

/** Nothing is committed after a "no" in its epoch, nor before those who were asked have answered or the time is over. */
const checkCommit = (before: Credential, made: CredentialCommand, events: readonly CredentialFact[]) => {
  if (made.type !== 'epoch.commit' || events.length === 0 || before.status === 'unregistered') return;
  const rotation = latestRotation(before);
  if (before.policy.preflightMs === 0) return;
  expect(rotation?.preflight?.version).toBe(made.data.version);
  const { probes = [], instances: asked = [], until = '' } = rotation?.preflight ?? {};
  expect(probes.every((probe) => probe.ok)).toBe(true);
  const there = made.data.facts.leases.map((lease) => `orders/${lease.instance}`);
  const good = probes.map((probe) => `orders/${probe.instance}`);
  const isOver = Date.parse(made.data.facts.now) >= Date.parse(until);
  if (!isOver) expect(asked.filter((name) => there.includes(name) && !good.includes(name))).toEqual([]);
  if (asked.length > 0 && there.length > 0) expect(good.length).toBeGreaterThan(0);
};

const run = (preflightMs: number) => (makers: readonly Maker[]) => {
  let state: Credential = [spec.registered({ preflightMs }), ...spec.base.slice(1)].reduce<Credential>(
    (known, event, index) => evolve(known, recordedAs(event, index + 1)),
    unregistered,
  );
  let position = spec.base.length;
  let generation = 1;
  for (const maker of makers) {
    if (state.status === 'unregistered') throw new Error('a credential was forgotten');
    const made = maker(state, specTime(position));
    const decided = decide(made, state);
    if (!decided.ok) continue;
    checkRevoke(state, made, decided.value);
    checkCommit(state, made, decided.value);
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

const policies = fc.constantFrom(0, 20_000);

describe('a credential', () => {
  it('has exactly one current version, never revokes it, and revokes nothing without proof, whatever is commanded', () => {
    fc.assert(
      fc.property(policies, fc.array(command, { maxLength: 60 }), (preflightMs, makers) => void run(preflightMs)(makers)),
      { numRuns: 500 },
    );
  });

  it('is committed after a preflight under random commands, and refused after one', () => {
    const reached = fc
      .sample(fc.array(command, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 60, seed: 11 })
      .map(run(20_000));
    const rotations = reached.flatMap((state) => (state.status === 'registered' ? state.rotations : []));
    const tried = rotations.filter(({ preflight }) => preflight && preflight.probes.length > 0);
    expect(tried.some(({ firstCommittedAt }) => firstCommittedAt !== null)).toBe(true);
    expect(tried.some(({ preflight, status }) => status === 'failed' && preflight?.probes.some((probe) => !probe.ok))).toBe(true);
  });

  it('reaches a revoke under random commands, so the property above is not vacuous', () => {
    const reached = fc
      .sample(fc.array(command, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 60, seed: 7 })
      .map((makers, index) => run(index % 2 === 0 ? 0 : 20_000)(makers));
    const statuses = reached.flatMap((state) => (state.status === 'registered' ? state.versions.map((version) => version.status) : []));
    expect(new Set(statuses)).toEqual(
      new Set(['current', 'superseded', 'revoking', 'revoked', 'pending', 'discarding', 'discarded', 'withdrawn']),
    );
  });
});
