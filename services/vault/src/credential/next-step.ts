import type { NextStep } from '@keyturn/contracts/queries';
import { assertNever, ok, refuse, type Result } from '@keyturn/kernel';
import type { Refusal } from '@keyturn/contracts';
import { awaitApproval } from './approval.ts';
import { awaitDeletion, awaitValue, patienceWith } from './assisted.ts';
import { awaited, awaitedInstances, type Facts, millisecondsBetween, soakLeft } from './awaited.ts';
import { isEscalationDue, isLate } from './deadline.ts';
import { isForcedByPolicy, lapsedForce } from './force.ts';
import { preflightOf, standingOf } from './preflight.ts';
import { isReady } from './provider-abilities.ts';
import { sentenceFor, type Unsaid } from './sentence.ts';
import { throttledSentence } from './throttled.ts';
import type { Rotation } from './rotation.ts';
import { nextVersionNumber, providerIdsBut, type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';
import { approvalsMissing } from './unapproved.ts';
import { policyInForce, waitsOf } from './waits.ts';

const WATCH_AT_LEAST_MS = 2_000;
const WATCH_AT_MOST_MS = 60_000;

/** The longer it takes, the rarer a run comes back to report: the watch itself goes on, and ends as soon as nothing is missing. */
const watchFor = (state: RegisteredCredential, rotation: Rotation, now: string): number => {
  const waited = rotation.committedAt === null ? 0 : millisecondsBetween(rotation.committedAt, now);
  const leastUseful = Math.max(WATCH_AT_LEAST_MS, waitsOf(state, rotation).graceMs + 2 * state.policy.evidenceEveryMs);
  return Math.max(leastUseful, Math.min(WATCH_AT_MOST_MS, Math.round(waited / 4)));
};

const POLL_AT_LEAST_MS = 50;
const POLL_AT_MOST_MS = 1_000;

/** The longer it takes, the rarer a run asks. */
const pollEvery = (askedAt: string, now: string): number =>
  Math.round(Math.min(POLL_AT_MOST_MS, Math.max(POLL_AT_LEAST_MS, millisecondsBetween(askedAt, now) / 10)));

const whileTrying = (state: RegisteredCredential, rotation: Rotation, version: number, facts: Facts): Unsaid => {
  const preflight = preflightOf(rotation);
  if (!preflight) return policyInForce(state).preflightMs === 0 ? { step: 'commit', version } : { step: 'ask-preflight', version };
  const standing = standingOf(state, rotation, preflight, facts);
  switch (standing.status) {
    case 'passed':
      return { step: 'commit', version };
    case 'failed':
      return { step: 'fail-preflight', version, reasonCode: standing.reasonCode, why: standing.sentence };
    case 'to-ask':
      return { step: 'ask-preflight', version };
    case 'awaiting': {
      const { waitingFor, remainingMs } = standing;
      return {
        step: 'await-preflight',
        version,
        waitingFor: [...waitingFor],
        pollMs: pollEvery(preflight.askedAt, facts.now),
        remainingMs,
      };
    }
    default:
      return assertNever(standing);
  }
};

/** Where the provider issues, whatever else of ours is there belongs to nobody. */
const keptOf = (state: RegisteredCredential, { strategy }: Rotation, gone: number | null = null): { kept?: string[] } =>
  strategy === 'issued' ? { kept: providerIdsBut(state, gone) } : {};

const tryOf = ({ announced }: Rotation): { tryId?: string } => (announced?.tryId ? { tryId: announced.tryId } : {});

const beforeCommit = (state: RegisteredCredential, rotation: Rotation, facts: Facts): Unsaid => {
  if (approvalsMissing(rotation) > 0) return awaitApproval(state, rotation, facts.now);
  const candidate = versionOf(state, rotation.serving);
  if (!candidate && rotation.strategy === 'assisted') return awaitValue(state, rotation, facts.now);
  if (!candidate) {
    const versions = state.versions.map(({ version, status, publicFields, providerId }) => ({ version, status, publicFields, providerId }));
    return { step: 'stage', version: nextVersionNumber(state), versions, ...keptOf(state, rotation), ...tryOf(rotation) };
  }
  const { version, publicFields } = candidate;
  if (candidate.appliedAt === null) return { step: 'apply', version, publicFields, owner: ownerFields(state) };
  if (isReady(state, candidate)) return whileTrying(state, rotation, version, facts);
  return { step: 'test', version, publicFields, owner: ownerFields(state), ...patienceWith(state, rotation, candidate, facts.now) };
};

/** As much as `epoch.hold` and its event take: with a hundred instances the whole list would not fit. */
const LONGEST_WAITING = 1000;

/** The role that the credential was registered with stays the owner of everything (ADR-0004). */
const ownerFields = (state: RegisteredCredential) => versionOf(state, 1)?.publicFields ?? {};

/** Past the deadline the rotation is held, which is said once, as is that a force has lapsed; where the policy wants it, it is said again and again. */
const whileLate = (state: RegisteredCredential, rotation: Rotation, now: string): 'hold' | 'escalate' | null => {
  if (!isLate(state, rotation, now)) return null;
  if (rotation.heldAt === null || lapsedForce(state, rotation, now).length > 0) return 'hold';
  return isEscalationDue(state, rotation, now) ? 'escalate' : null;
};

const whileAwaiting = (state: RegisteredCredential, rotation: Rotation, old: Version, facts: Facts): Unsaid => {
  const missing = awaited(state, rotation, facts);
  if (missing.length === 0) return { step: 'start-revocation', version: old.version };
  if (isForcedByPolicy(state, rotation, facts.now)) return { step: 'start-revocation', version: old.version };
  const late = whileLate(state, rotation, facts.now);
  if (late) return { step: late, version: old.version, waitingFor: missing.join('; ').slice(0, LONGEST_WAITING) };
  const { graceMs } = waitsOf(state, rotation);
  const { evidenceEveryMs } = state.policy;
  return {
    step: 'watch',
    version: old.version,
    publicFields: old.publicFields,
    providerId: old.providerId,
    acksMissing: [...awaitedInstances(state, rotation, facts)],
    graceMs,
    evidenceEveryMs,
    forMs: watchFor(state, rotation, facts.now),
  };
};

/** The old value is a person's to remove; past the deadline the rotation is held, and says so. */
const untilRemoved = (state: RegisteredCredential, rotation: Rotation, { version, revokingAt }: Version, now: string): Unsaid => {
  const late = whileLate(state, rotation, now);
  return late
    ? { step: late, version, waitingFor: 'a person to remove the old value at the provider' }
    : awaitDeletion(version, revokingAt ?? now, now);
};

const afterCommit = (state: RegisteredCredential, rotation: Rotation, facts: Facts): Unsaid => {
  const old = versionOf(state, rotation.retiring);
  if (!old || old.status === 'revoked') return { step: 'complete' };
  if (old.status !== 'revoking') return whileAwaiting(state, rotation, old, facts);
  const { version, publicFields, providerId } = old;
  if (rotation.strategy === 'assisted' && old.loginsDeniedAt === null) return untilRemoved(state, rotation, old, facts.now);
  if (old.loginsDeniedAt === null) {
    const cutOff = rotation.forced === null ? {} : { endSessions: true };
    return { step: 'deny-logins', version, publicFields, providerId, ...cutOff };
  }
  const remainingMs = soakLeft(state, version, facts.now);
  return remainingMs > 0
    ? { step: 'soak', version, remainingMs }
    : { step: 'erase', version, publicFields, providerId, ...keptOf(state, rotation, version) };
};

const unsaidStep = (state: RegisteredCredential, rotation: Rotation, facts: Facts): Unsaid => {
  if (rotation.status !== 'open') return { step: 'closed', status: rotation.status };
  return rotation.committedAt === null ? beforeCommit(state, rotation, facts) : afterCommit(state, rotation, facts);
};

/** Held, and still waiting for what was missing at the deadline: with the old version's end it is held no more. */
const isHeld = (state: RegisteredCredential, { heldAt, retiring, status, forced }: Rotation): boolean =>
  status === 'open' && heldAt !== null && forced === null && versionOf(state, retiring)?.loginsDeniedAt === null;

/** What this epoch still needs. The worker asks, performs, and asks again; it never remembers. */
export const nextStep = (state: RegisteredCredential, epoch: number, facts: Facts): Result<NextStep, Refusal> => {
  const rotation = state.rotations[epoch - 1];
  if (!rotation) return refuse({ code: 'rotation-unknown', epoch });
  const { credentialId, address, incarnation, credentialType } = state;
  const { strategy } = rotation;
  const unsaid = unsaidStep(state, rotation, facts);
  const sentence = throttledSentence(unsaid, rotation, facts.now) ?? sentenceFor(unsaid, state, rotation, facts);
  return ok({
    credentialId,
    address,
    epoch,
    incarnation,
    credentialType,
    strategy,
    sentence,
    ...(isHeld(state, rotation) ? { held: true as const } : {}),
    ...unsaid,
  });
};
