import fc from 'fast-check';
import type { CredentialCommand } from '../credential/command.ts';
import { stillRevoking } from '../credential/deletion.ts';
import { nextStep } from '../credential/next-step.ts';
import { replacedDebts } from '../credential/replaced.ts';
import { latestRotation } from '../credential/rotation.ts';
import { type RegisteredCredential, nextVersionNumber } from '../credential/state.ts';
import * as spec from './credential-spec.ts';

// What a credential may be commanded, by workers that are confused and by people who aren't, for properties that hold whatever comes.

/** A command, made of the state in which it is given. */
export type Maker = (state: RegisteredCredential, now: string) => CredentialCommand;
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
type Held = { readonly instance: string; readonly old: boolean; readonly silentMs: number; readonly ended: 'goodbye' | 'lost' | null };
/** Leases on one version each, or on none: on the `old` one, or on another. */
const leasesOn = (held: readonly Held[], on: { readonly old: readonly number[]; readonly other: readonly number[] }) =>
  held.map(({ instance, old, silentMs, ended }) => spec.lease(instance, [...(old ? on.old : on.other)], { silentMs, ended }));
const triers = fc.subarray(['a', 'b']);
const revokeWith = (state: RegisteredCredential, of: Of, held: readonly Held[], now: string) =>
  spec.revoke(of.version, of.epoch, {
    now,
    leases: leasesOn(held, { old: [of.version], other: [state.current ?? 1] }),
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
  const there = leasesOn(held, { old: [state.current ?? 1], other: [] });
  return spec.deleteIt({ now, leases: there, ungranted: [] }, leftAlive ? 'it is shared' : undefined);
});

/** What the sweeper does about a version that was replaced by hand, and what a person says of one. */
const replacing: fc.Arbitrary<Maker> = fc
  .tuple(fc.constantFrom('start', 'start', 'record', 'record', 'say'), leases, someVersion, fc.boolean())
  .map(([what, held, other, stray]): Maker => (state, now) => {
    const version = stray ? other : (replacedDebts(state)[0]?.version ?? other);
    const there = leasesOn(held, { old: [version], other: [state.current ?? 1] });
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

/** Any command, in any order, mostly as who is up to date would give it. */
export const anyCommand: fc.Arbitrary<Maker> = fc.oneof(
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
