import fc from 'fast-check';
import type { Actor } from '@keyturn/contracts';
import { recordedAs, specTime } from '@keyturn/testkit';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { awaited, type Facts } from './awaited.ts';
import type { CredentialCommand } from './command.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import type { CredentialFact } from './happened.ts';
import { stillRevoking } from './deletion.ts';
import { nextStep } from './next-step.ts';
import { replacedDebts } from './replaced.ts';
import { judgeReveal } from './reveal.ts';
import { latestRotation, openRotation } from './rotation.ts';
import { type Credential, knownOf, liveVersions, nextVersionNumber, type RegisteredCredential, unregistered } from './state.ts';

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
  const [revoking] = stillRevoking(state);
  if (revoking !== undefined) return spec.errandRevoked(revoking);
  if (state.change) return spec.errandTested(state.change.version);
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

/** The same after a commit that nobody holds back, so that rotations end now and then and something else can begin. */
const finishing: fc.Arbitrary<Maker> = fc.constant((state, now) => {
  const rotation = latestRotation(state);
  const facts = { now, leases: [], ungranted: [] };
  const next = rotation && nextStep(state, rotation.epoch, facts);
  if (!rotation || !next?.ok) return { type: 'credential.enable', data: {} };
  const { epoch } = rotation;
  switch (next.value.step) {
    case 'watch':
      return spec.watched(next.value.version, epoch, true);
    case 'start-revocation':
      return spec.revoke(next.value.version, epoch, facts);
    case 'deny-logins':
      return { type: 'epoch.record-logins-denied', data: { epoch, version: next.value.version } };
    case 'erase':
      return { type: 'epoch.record-revoked', data: { epoch, version: next.value.version, now } };
    case 'complete':
      return { type: 'epoch.complete', data: { epoch } };
    default:
      return { type: 'credential.enable', data: {} };
  }
});

const verdicts = fc.constantFrom('valid' as const, 'valid' as const, 'invalid' as const, 'unreachable' as const, 'no-test' as const);
const someVersion = fc.integer({ min: 1, max: 6 });

/** Hardly ever deleted, or no history would grow long. */
const ending = fc.tuple(leases, fc.boolean(), fc.integer({ min: 0, max: 9 })).map(([held, leftAlive, chance]): Maker => (state, now) => {
  if (chance > 0 && !state.deletion) return { type: 'credential.enable', data: {} };
  const there = held.map(({ instance, old, silentMs, ended }) =>
    spec.lease(instance, old ? [state.current ?? 1] : [], { silentMs, ended }),
  );
  return spec.deleteIt({ now, leases: there, ungranted: [] }, leftAlive ? 'it is shared' : undefined);
});

/** What the sweeper does about a version that was replaced by hand, and what a person says of one. */
const replacing: fc.Arbitrary<Maker> = fc
  .tuple(fc.constantFrom('start', 'start', 'record', 'record', 'say'), leases, someVersion, fc.boolean())
  .map(([what, held, other, stray]): Maker => (state, now) => {
    const version = stray ? other : (replacedDebts(state)[0]?.version ?? other);
    const there = held.map(({ instance, old, silentMs, ended }) =>
      spec.lease(instance, [old ? version : (state.current ?? 1)], { silentMs, ended }),
    );
    if (what === 'start') return spec.startReplaced(version, { now, leases: there, ungranted: [] });
    return what === 'record' ? spec.recordReplaced(version) : spec.settleByHand(version, 'it is shared');
  });

const lifecycle: fc.Arbitrary<Maker> = fc.oneof(
  plain({ type: 'credential.disable', data: { reason: 'a leak' } }),
  plain({ type: 'credential.enable', data: {} }),
  fc.string({ minLength: 1, maxLength: 3 }).map(
    (host): Maker =>
      (state) =>
        spec.edit(nextVersionNumber(state), state.current ?? 1, { ...spec.fieldsOf(1), host }),
  ),
  fc.integer({ min: 1, max: 2 }).map(
    (role): Maker =>
      (state) =>
        spec.value(nextVersionNumber(state), spec.fieldsOf(role)),
  ),
  plain({ type: 'credential.request-test', data: {} }),
  fc.tuple(someVersion, fc.integer({ min: 0, max: 120 })).map(
    ([version, second]): Maker =>
      (state) =>
        spec.endChange(state.change?.version ?? version, second),
  ),
  someVersion.map((version): Maker => () => ({ type: 'credential.roll-back', data: { version, reason: 'it is slow' } })),
  fc.tuple(verdicts, someVersion, fc.boolean()).map(
    ([verdict, other, stray]): Maker =>
      (state) =>
        spec.errandTested(stray ? other : (state.change?.version ?? other), verdict),
  ),
  ending,
  fc.tuple(someVersion, fc.boolean()).map(
    ([version, stray]): Maker =>
      (state) =>
        spec.errandRevoked(stray ? version : (stillRevoking(state)[0] ?? version)),
  ),
  replacing,
);

const command: fc.Arbitrary<Maker> = fc.oneof(
  { weight: 12, arbitrary: diligent },
  { weight: 8, arbitrary: finishing },
  { weight: 6, arbitrary: lifecycle },
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
      about((of, now) => ({ type: 'epoch.hold', data: { epoch: of.epoch, waitingFor: 'a', now } })),
      about((of) => spec.fail(of.epoch)),
      about((of) => spec.cancel(of.epoch)),
      about((of) => ({ type: 'ledger.record-discarded', data: { version: of.version } })),
    ),
  },
);

const usable = (state: Credential) =>
  state.status === 'registered' ? state.versions.filter((version) => version.status === 'current') : [];

const checkRevoke = (before: Credential, made: CredentialCommand, events: readonly CredentialFact[]) => {
  const isReplaced = made.type === 'ledger.start-revocation';
  if ((made.type !== 'epoch.start-revocation' && !isReplaced) || events.length === 0) return;
  const rotation = before.status === 'registered' ? latestRotation(before) : undefined;
  const known: Facts = made.data.facts;
  if (isReplaced) expect(before.status === 'registered' && openRotation(before)).toBeUndefined();
  else expect(before.status === 'registered' && rotation && awaited(before, rotation, known)).toEqual([]);
  const holdsOld = known.leases.some(
    (lease) => !lease.ended && lease.silentMs < spec.policy.lostAfterMs && lease.holds.some((hold) => hold.version === made.data.version),
  );
  expect(holdsOld).toBe(false);
};

/** Nothing is committed after a "no" in its epoch, nor before those who were asked have answered or the time is over. */
const checkCommit = (before: Credential, made: CredentialCommand, events: readonly CredentialFact[]) => {
  if (made.type !== 'epoch.commit' || events.length === 0 || before.status !== 'registered') return;
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

/** A person ends what is open and has not committed, and nothing else; what was staged for it goes. */
const checkCancel = (before: Credential, made: CredentialCommand, events: readonly CredentialFact[]) => {
  if (made.type !== 'rotation.cancel' || events.length === 0 || before.status !== 'registered') return;
  const rotation = latestRotation(before);
  expect(rotation).toMatchObject({ epoch: made.data.epoch, status: 'open', firstCommittedAt: null });
  const discards = rotation?.candidate === null ? [] : ['credential.discard-started'];
  expect(events.map(({ type }) => type)).toEqual([...discards, 'rotation.failed']);
};

/** Commit, rollback, disabling and enabling each raise the generation by one, and nothing else touches it. */
const checkGeneration = (before: number, events: readonly CredentialFact[], after: number) => {
  const raised = events.flatMap(({ data }) => ('generation' in data && !('consumer' in data) ? [data.generation] : []));
  expect(raised).toEqual(raised.map((_, index) => before + index + 1));
  expect(after).toBe(before + raised.length);
};

/** Which versions have a data key, as the writes beside the events leave it. */
const keysAfter = (keys: ReadonlySet<number>, events: readonly CredentialFact[]): ReadonlySet<number> => {
  const made = events.flatMap((event) => (event.type === 'credential.version-staged' ? [event.data.version] : []));
  const gone = events.flatMap((event) => (event.type === 'credential.shredded' ? event.data.versions : []));
  return new Set([...keys, ...made].filter((version) => !gone.includes(version)));
};

const ADMIN: Actor = { kind: 'person', id: 'ada', roles: ['admin'], authenticatedAt: specTime(100_000) };

const checkStanding = (state: RegisteredCredential, keys: ReadonlySet<number>) => {
  const { current } = state;
  expect(usable(state).map((version) => version.version)).toEqual(current === null ? [] : [current]);
  expect(current === null).toBe(state.deletion !== null);
  expect(state.rotations.filter((rotation) => rotation.status === 'open').length).toBeLessThanOrEqual(1);
  expect(openRotation(state) !== undefined && state.change !== null).toBe(false);
  expect(state.ledger.every((entry) => entry.version !== current)).toBe(true);
  expect(liveVersions(state).filter((version) => !keys.has(version))).toEqual([]);
  if (state.disabled ?? state.deletion) expect(judgeReveal(state, {}, ADMIN, specTime(100_001)).ok).toBe(false);
};

/** No key is left, nothing is shown, and nothing can happen any more. */
const checkEnd = (state: Credential, keys: ReadonlySet<number>) => {
  expect(state.status).toBe('deleted');
  expect(keys.size).toBe(0);
  expect(judgeReveal(state, {}, ADMIN, specTime(100_001))).toEqual({ ok: false, refusal: { code: 'credential-deleted' } });
  expect(decide({ type: 'credential.enable', data: {} }, state)).toEqual({ ok: false, refusal: { code: 'credential-deleted' } });
};

const checkEnding = (made: CredentialCommand, before: RegisteredCredential) => {
  if (made.type !== 'credential.delete') return;
  expect(openRotation(before)).toBeUndefined();
  const isHeld = made.data.facts.leases.some((lease) => !lease.ended && lease.silentMs < spec.policy.lostAfterMs && lease.holds.length > 0);
  expect(isHeld).toBe(false);
};

const run = (preflightMs: number) => (makers: readonly Maker[]) => {
  let state: Credential = [spec.registered({ preflightMs }), ...spec.base.slice(1)].reduce<Credential>(
    (known, event, index) => evolve(known, recordedAs(event, index + 1)),
    unregistered,
  );
  let position = spec.base.length;
  let keys: ReadonlySet<number> = new Set([1]);
  for (const maker of makers) {
    if (state.status !== 'registered') break;
    const before: RegisteredCredential = state;
    const made = maker(before, specTime(position));
    const decided = decide(made, before);
    if (!decided.ok) continue;
    checkRevoke(before, made, decided.value);
    checkCommit(before, made, decided.value);
    checkCancel(before, made, decided.value);
    if (decided.value.length > 0) checkEnding(made, before);
    for (const event of decided.value) state = evolve(state, recordedAs(event, (position += 1)));
    keys = keysAfter(keys, decided.value);
    const known = knownOf(state);
    if (!known) throw new Error('a credential was forgotten');
    checkGeneration(before.generation, decided.value, known.generation);
    if (state.status === 'registered') checkStanding(state, keys);
    else checkEnd(state, keys);
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
    const rotations = reached.flatMap((state) => knownOf(state)?.rotations ?? []);
    const tried = rotations.filter(({ preflight }) => preflight && preflight.probes.length > 0);
    expect(tried.some(({ firstCommittedAt }) => firstCommittedAt !== null)).toBe(true);
    expect(tried.some(({ preflight, status }) => status === 'failed' && preflight?.probes.some((probe) => !probe.ok))).toBe(true);
  });

  it('is cancelled under random commands before anything is staged, and with a version staged, applied, tested and tried', () => {
    const reached = fc
      .sample(fc.array(command, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 60, seed: 5 })
      .map(run(20_000));
    const reachedWhen = reached.flatMap((state) =>
      (knownOf(state)?.rotations ?? []).flatMap(({ failure, candidate, testedAt, preflight }) => {
        if (failure?.code !== 'cancelled') return [];
        const applied = knownOf(state)?.versions.find(({ version }) => version === candidate)?.appliedAt ?? null;
        return [preflight ? 'tried' : testedAt ? 'tested' : applied ? 'applied' : candidate ? 'staged' : 'nothing'];
      }),
    );
    expect(new Set(reachedWhen)).toEqual(new Set(['nothing', 'staged', 'applied', 'tested', 'tried']));
  });

  it('reaches a revoke under random commands, so the property above is not vacuous', () => {
    const reached = fc
      .sample(fc.array(command, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 60, seed: 7 })
      .map((makers, index) => run(index % 2 === 0 ? 0 : 20_000)(makers));
    const statuses = reached.flatMap((state) => (knownOf(state)?.versions ?? []).map((version) => version.status));
    expect(new Set(statuses)).toEqual(
      new Set(['current', 'superseded', 'revoking', 'revoked', 'pending', 'discarding', 'discarded', 'withdrawn']),
    );
  });

  it('is edited, rolled back, disabled and deleted under random commands, both ways', () => {
    const reached = fc.sample(fc.array(command, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 150, seed: 3 }).map(run(0));
    const versions = reached.flatMap((state) => knownOf(state)?.versions ?? []);
    expect(versions.some(({ editedFrom, committedAt }) => editedFrom !== null && committedAt !== null)).toBe(true);
    expect(versions.some(({ status, editedFrom }) => status === 'revoked' && editedFrom !== null)).toBe(true);
    expect(versions.some(({ leftAliveBecause }) => leftAliveBecause === 'it is shared')).toBe(true);
    const ends = reached.flatMap((state) => (state.status === 'deleted' ? [state] : []));
    expect(ends.some(({ leftAliveBecause }) => leftAliveBecause !== null)).toBe(true);
    expect(ends.some(({ leftAliveBecause, revoked }) => leftAliveBecause === null && revoked.length > 0)).toBe(true);
  });
});
