import fc from 'fast-check';
import type { Actor } from '@keyturn/contracts';
import { recordedAs, specTime } from '@keyturn/testkit';
import { describe, expect, it } from 'vitest';
import { anyCommand, type Maker } from '../testing/any-command.ts';
import * as spec from '../testing/credential-spec.ts';
import { type Facts, awaited } from './awaited.ts';
import type { CredentialCommand } from './command.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import type { CredentialFact } from './happened.ts';
import { judgeReveal } from './reveal.ts';
import { latestRotation, openRotation } from './rotation.ts';
import { type Credential, type RegisteredCredential, knownOf, liveVersions, unregistered } from './state.ts';

// Whatever order commands arrive in, from however many confused workers: these hold.

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
      fc.property(policies, fc.array(anyCommand, { maxLength: 60 }), (preflightMs, makers) => void run(preflightMs)(makers)),
      { numRuns: 500 },
    );
  });

  it('is committed after a preflight under random commands, and refused after one', () => {
    const reached = fc
      .sample(fc.array(anyCommand, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 60, seed: 11 })
      .map(run(20_000));
    const rotations = reached.flatMap((state) => knownOf(state)?.rotations ?? []);
    const tried = rotations.filter(({ preflight }) => preflight && preflight.probes.length > 0);
    expect(tried.some(({ firstCommittedAt }) => firstCommittedAt !== null)).toBe(true);
    expect(tried.some(({ preflight, status }) => status === 'failed' && preflight?.probes.some((probe) => !probe.ok))).toBe(true);
  });

  it('is cancelled under random commands before anything is staged, and with a version staged, applied, tested and tried', () => {
    const reached = fc
      .sample(fc.array(anyCommand, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 60, seed: 5 })
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
      .sample(fc.array(anyCommand, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 60, seed: 7 })
      .map((makers, index) => run(index % 2 === 0 ? 0 : 20_000)(makers));
    const statuses = reached.flatMap((state) => (knownOf(state)?.versions ?? []).map((version) => version.status));
    expect(new Set(statuses)).toEqual(
      new Set(['current', 'superseded', 'revoking', 'revoked', 'pending', 'discarding', 'discarded', 'withdrawn']),
    );
  });

  it('is edited, rolled back, disabled and deleted under random commands, both ways', () => {
    const reached = fc.sample(fc.array(anyCommand, { minLength: 300, maxLength: 400, size: 'max' }), { numRuns: 150, seed: 3 }).map(run(0));
    const versions = reached.flatMap((state) => knownOf(state)?.versions ?? []);
    expect(versions.some(({ editedFrom, committedAt }) => editedFrom !== null && committedAt !== null)).toBe(true);
    expect(versions.some(({ status, editedFrom }) => status === 'revoked' && editedFrom !== null)).toBe(true);
    expect(versions.some(({ leftAliveBecause }) => leftAliveBecause === 'it is shared')).toBe(true);
    const ends = reached.flatMap((state) => (state.status === 'deleted' ? [state] : []));
    expect(ends.some(({ leftAliveBecause }) => leftAliveBecause !== null)).toBe(true);
    expect(ends.some(({ leftAliveBecause, revoked }) => leftAliveBecause === null && revoked.length > 0)).toBe(true);
  });
});
