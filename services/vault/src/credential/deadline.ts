import type { RotationPolicy } from '@keyturn/contracts';
import { ok, refuse } from '@keyturn/kernel';
import { millisecondsBetween } from './awaited.ts';
import type { CommandOf } from './command.ts';
import { type Decided, eventsOf } from './happened.ts';
import type { Rotation } from './rotation.ts';
import { openOf, type RegisteredCredential, versionOf } from './state.ts';
import { waitsOf } from './waits.ts';

// How long a rotation waits for the proof, and what is said of it when it waits longer.

/** Since when the time counts: the commit; of an old value that a person removes, since it may be removed. */
const countsFrom = (state: RegisteredCredential, { committedAt, retiring, strategy }: Rotation): string | null =>
  (strategy === 'assisted' ? versionOf(state, retiring)?.revokingAt : null) ?? committedAt;

/** When the policy decides; null before the commit. */
export const deadlineOf = (state: RegisteredCredential, rotation: Rotation): string | null => {
  const from = countsFrom(state, rotation);
  if (from === null) return null;
  return new Date(Date.parse(from) + waitsOf(state, rotation).deadlineMs + rotation.extraMs).toISOString();
};

export const isLate = (state: RegisteredCredential, rotation: Rotation, now: string): boolean => {
  const deadline = deadlineOf(state, rotation);
  return deadline !== null && millisecondsBetween(deadline, now) >= 0;
};

/** A late rotation that isn't merely held is told of at once, then again and again. */
export const isEscalationDue = (state: RegisteredCredential, rotation: Rotation, now: string): boolean => {
  if (waitsOf(state, rotation).onDeadline === 'hold' || !isLate(state, rotation, now)) return false;
  return rotation.escalated === null || millisecondsBetween(rotation.escalated.lastAt, now) >= state.policy.escalateEveryMs;
};

export const escalate = (
  { epoch, waitingFor, now }: CommandOf<'epoch.escalate'>,
  state: RegisteredCredential,
  rotation: Rotation,
): Decided => {
  const lateSince = deadlineOf(state, rotation);
  if (lateSince === null || !isEscalationDue(state, rotation, now)) return ok([]);
  const times = (rotation.escalated?.times ?? 0) + 1;
  return ok([eventsOf(state)('rotation.escalated', { epoch, times, lateSince, waitingFor })]);
};

/** Past the deadline the time counts from now, so that who extends by an hour has an hour. */
export const extend = ({ epoch, byMs, reason, now }: CommandOf<'rotation.extend'>, state: RegisteredCredential): Decided => {
  const open = openOf(state, epoch);
  if (!open.ok) return open;
  const rotation = open.value;
  const old = versionOf(state, rotation.retiring);
  const isAwaited = old?.status !== 'revoking' || (rotation.strategy === 'assisted' && old.loginsDeniedAt === null);
  if (rotation.committedAt !== null && (!isAwaited || old?.status === 'revoked'))
    return refuse({ code: 'revocation-started', version: old?.version ?? 0 });
  const deadline = deadlineOf(state, rotation);
  const overdueMs = deadline === null ? 0 : Math.max(0, millisecondsBetween(deadline, now));
  return ok([eventsOf(state)('rotation.extended', { epoch, byMs, extraMs: rotation.extraMs + overdueMs + byMs, reason })]);
};

/** What is waited for less, where a value is compromised; null where nothing is. */
export const shortenedFor = (reason: string, { deadlineMs, compromisedDeadlineMs }: RotationPolicy): Rotation['shortened'] =>
  reason === 'compromised' ? { graceMs: 0, deadlineMs: Math.min(deadlineMs, compromisedDeadlineMs) } : null;
