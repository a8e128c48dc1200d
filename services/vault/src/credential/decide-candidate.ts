import { saysNothing } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { refusedValue } from './assisted.ts';
import type { Facts } from './awaited.ts';
import type { CommandOf } from './command.ts';
import { endingAt, expiryAfter } from './expiry.ts';
import { nextGeneration } from './generation.ts';
import { isReady } from './provider-abilities.ts';
import { type Decided, eventsOf } from './happened.ts';
import { instancesToAsk, preflightOf, standingOf, ungrantedHolders, wordOf } from './preflight.ts';
import { openRotation, type Rotation } from './rotation.ts';
import { nextVersionNumber, type RegisteredCredential, versionOf } from './state.ts';
import { policyInForce } from './waits.ts';

// The first half of a rotation: from a candidate to its commit, and back.

/**
 * Armed before the provider is asked: whatever it issues from now on is found again, also where its answer is lost. Each try announces anew,
 * which fences the one before: what that had issued can be staged no more, and may be removed.
 */
export const announceCandidate = (
  data: CommandOf<'epoch.announce-candidate'>,
  state: RegisteredCredential,
  rotation: Rotation,
): Decided => {
  const { version, epoch, providerId, current, tryId } = data;
  if (rotation.serving !== null) return refuse({ code: 'version-pending', pending: rotation.serving });
  const expected = nextVersionNumber(state);
  if (version !== expected) return refuse({ code: 'version-out-of-order', requested: version, expected });
  if (current.version !== state.current) return refuse({ code: 'version-unknown', requested: current.version });
  const { announced } = rotation;
  if (announced?.providerId === providerId && announced.tryId === tryId) return ok([]);
  const make = eventsOf(state);
  const isOwed = state.ledger.some((entry) => entry.version === version && entry.providerId === providerId);
  return ok([
    make('credential.candidate-announced', { version, epoch, providerId, current, tryId }),
    ...(isOwed ? [] : [make('ledger.recorded', { kind: 'issued-not-committed', version, providerId })]),
  ]);
};

/** A value that we chose is not at the provider yet; one that it issued is. */
export const stageCandidate = (data: CommandOf<'epoch.stage-candidate'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  if (rotation.serving !== null) return refuse({ code: 'version-pending', pending: rotation.serving });
  const expected = nextVersionNumber(state);
  if (data.version !== expected) return refuse({ code: 'version-out-of-order', requested: data.version, expected });
  const { version, epoch, publicFields, masks, providerId, sealed } = data;
  const isIssued = rotation.strategy === 'issued';
  if (isIssued && (data.tryId === undefined || data.tryId !== rotation.announced?.tryId))
    return refuse({ code: 'announcement-stale', requested: version });
  const make = eventsOf(state);
  const found = isIssued ? { providerId } : {};
  return ok([
    { ...make('credential.version-staged', { version, epoch, publicFields, masks, ...found, ...endingAt(data.expiresAt) }), sealed },
    make('ledger.recorded', { kind: 'issued-not-committed', version, providerId }),
    ...(isIssued ? [make('credential.version-applied', { version, epoch })] : []),
  ]);
};

export const recordApplied = ({ version, epoch }: CommandOf<'epoch.record-applied'>, state: RegisteredCredential): Decided => {
  const candidate = versionOf(state, version);
  if (candidate?.appliedAt) return ok([]);
  if (candidate?.status !== 'pending') return refuse({ code: 'version-not-pending', requested: version });
  return ok([eventsOf(state)('credential.version-applied', { version, epoch })]);
};

export const recordTested = (data: CommandOf<'epoch.record-tested'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  const candidate = versionOf(state, data.version);
  if (candidate?.tested?.verdict === 'valid') return ok([]);
  if (candidate?.status !== 'pending') return refuse({ code: 'version-not-pending', requested: data.version });
  if (candidate.appliedAt === null) return refuse({ code: 'version-not-applied', requested: data.version });
  const { verdict, version, epoch } = data;
  // Said once, and not with every try: the provider says nothing of the value.
  if (saysNothing(verdict) && candidate.tested?.verdict === verdict) return ok([]);
  const isRefused = rotation.strategy === 'assisted' && (verdict === 'invalid' || verdict === 'forbidden');
  return ok([eventsOf(state)('credential.version-tested', data), ...(isRefused ? refusedValue(state, { version, epoch, verdict }) : [])]);
};

const until = (facts: Facts, ms: number): string => new Date(Date.parse(facts.now) + ms).toISOString();

/** Whom to ask now: at first everyone, afterwards only those without whom the preflight could not be decided. */
const whomToAsk = (state: RegisteredCredential, rotation: Rotation, facts: Facts): readonly string[] | null => {
  const preflight = preflightOf(rotation);
  if (!preflight) return instancesToAsk(state, rotation.epoch, facts);
  const standing = standingOf(state, rotation, preflight, facts);
  return standing.status === 'to-ask' ? standing.instances : null;
};

/** Asks each instance once; whom is decided on the leases and grants that are known now. */
export const askPreflight = (data: CommandOf<'epoch.ask-preflight'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  const { version, epoch, facts } = data;
  const candidate = versionOf(state, version);
  if (candidate?.status !== 'pending') return refuse({ code: 'version-not-pending', requested: version });
  if (!isReady(state, candidate)) return refuse({ code: 'version-untested', requested: version });
  const instances = whomToAsk(state, rotation, facts);
  if (instances === null || policyInForce(state).preflightMs === 0) return ok([]);
  const ungranted = ungrantedHolders(facts);
  const asked = { version, epoch, instances: [...instances], until: until(facts, policyInForce(state).preflightMs) };
  const named = ungranted.length === 0 ? {} : { ungranted: [...ungranted] };
  return ok([eventsOf(state)('credential.preflight-asked', { ...asked, ...named })]);
};

/** The word of an instance that was asked, as long as nothing is committed. Its first "no" stands. */
export const recordPreflight = (data: CommandOf<'credential.record-preflight'>, state: RegisteredCredential): Decided => {
  const rotation = openRotation(state);
  const preflight = rotation && preflightOf(rotation);
  const name = `${data.consumer}/${data.instance}`;
  const isOpen = preflight?.version === data.version && versionOf(state, data.version)?.status === 'pending';
  if (!preflight || !isOpen || !preflight.instances.includes(name)) return refuse({ code: 'preflight-not-asked' });
  const known = wordOf(preflight, name);
  return ok(known && (!known.ok || data.ok) ? [] : [eventsOf(state)('credential.version-preflighted', data)]);
};

/** What a commit says of the preflight before it, or why it may not be. Null where the policy asks for none. */
const preflightBefore = (state: RegisteredCredential, rotation: Rotation, facts: Facts): Result<string | null, string> => {
  const preflight = preflightOf(rotation);
  if (!preflight) return policyInForce(state).preflightMs === 0 ? ok(null) : refuse('nobody was asked to try it');
  const standing = standingOf(state, rotation, preflight, facts);
  if (standing.status === 'to-ask') return refuse(standing.instances.join(', '));
  if (standing.status === 'awaiting') return refuse(standing.waitingFor.join(', '));
  return standing.status === 'passed' ? ok(standing.sentence) : refuse(standing.sentence);
};

/** ADR-0006: stage, test, let consumers try, then commit. */
export const commit = (data: CommandOf<'epoch.commit'>, state: RegisteredCredential, rotation: Rotation): Decided => {
  const { version, epoch, facts } = data;
  if (version === state.current) return ok([]);
  const candidate = versionOf(state, version);
  if (candidate?.status !== 'pending') return refuse({ code: 'version-not-pending', requested: version });
  if (!isReady(state, candidate)) return refuse({ code: 'version-untested', requested: version });
  const tried = preflightBefore(state, rotation, facts);
  if (!tried.ok) return refuse({ code: 'version-not-preflighted', requested: version, waitingFor: tried.refusal });
  const old = versionOf(state, state.current);
  const make = eventsOf(state);
  const preflight = tried.value === null ? {} : { preflight: tried.value };
  const untested = candidate.tested === null ? { untested: 'no-test' as const } : {};
  const said = { ...preflight, ...untested, ...expiryAfter(state, candidate) };
  return ok([
    make('credential.rotated', { from: state.current, to: version, generation: nextGeneration(state), epoch, ...said }),
    make('ledger.settled', { version, outcome: 'committed' }),
    ...(old === undefined
      ? []
      : [
          make('credential.version-superseded', { version: old.version, by: version }),
          make('ledger.recorded', { kind: 'superseded-not-revoked', version: old.version, providerId: old.providerId }),
        ]),
  ]);
};

export const acknowledge = (data: CommandOf<'credential.acknowledge'>, state: RegisteredCredential): Decided => {
  const { consumer, instance, version, generation, elapsedMs, ok: works, sentence } = data;
  if (generation !== state.generation || version !== state.current) return refuse({ code: 'ack-stale', generation: state.generation });
  const known = state.acknowledged[`${consumer}/${instance}`];
  if (known?.generation === generation && known.ok === works) return ok([]);
  const make = eventsOf(state);
  const report = { consumer, instance, version, generation, elapsedMs };
  return ok([works ? make('credential.version-acknowledged', report) : make('credential.version-nacked', { ...report, sentence })]);
};
