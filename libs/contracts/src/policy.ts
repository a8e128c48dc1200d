import { z } from 'zod';

const Milliseconds = z.int().nonnegative();
const MONTH_MS = 30 * 24 * 3600 * 1000;
const between = (least: number, most: number) => z.int().min(least).max(most);

/** What follows where the old version is not proved unused in time: both live on (`hold`), somebody is told again and again (`escalate`), or it is revoked all the same (`force`). */
export const OnDeadline = z.enum(['hold', 'escalate', 'force']);
export type OnDeadline = z.infer<typeof OnDeadline>;

const MOST_APPROVALS = 2;
const Approvals = z.int().min(0).max(MOST_APPROVALS);

/** What one credential's rotations wait for, and for how long. Durations in milliseconds. */
export const RotationPolicy = z.object({
  /** How long consumers may take to try a version before it is committed; 0 commits without asking them. */
  preflightMs: between(0, 3_600_000),
  /** How long a person may take to bring the new value of an assisted rotation, before it fails. */
  valueWithinMs: between(1_000, 3 * MONTH_MS),
  /** Old version must be unused, by the provider's evidence, for this long before it is revoked. */
  graceMs: between(0, MONTH_MS),
  /** How far apart the samples of that evidence are. */
  evidenceEveryMs: between(20, 3_600_000),
  /** From commit; afterwards `onDeadline` decides. */
  deadlineMs: between(0, MONTH_MS),
  onDeadline: OnDeadline,
  /** Under `escalate`, and where a force can't be: how far apart the reminders of a late rotation are. */
  escalateEveryMs: between(1_000, MONTH_MS),
  /** The deadline of a rotation whose value is compromised, where it is shorter than `deadlineMs`; no grace is given then. */
  compromisedDeadlineMs: between(0, MONTH_MS),
  /** How many persons other than whoever asked must approve a rotation before anything is done at the provider. */
  approvals: Approvals,
  /** How long it waits for them, before it fails. */
  approveWithinMs: between(1_000, 3 * MONTH_MS),
  /** Between denying logins (can be undone) and erasing the old value. */
  soakMs: between(0, MONTH_MS),
  /** A lease without a beat for this long is silent: it still counts, and is named. */
  silentAfterMs: between(100, MONTH_MS),
  /** A lease without a beat for this long is lost: it counts no more. */
  lostAfterMs: between(500, MONTH_MS),
});
export type RotationPolicy = z.infer<typeof RotationPolicy>;

/** What somebody may ask for when a credential is registered, or as everybody's default: a force needs somebody who answers for it, by name. */
export const FirstPolicy = RotationPolicy.partial().refine(({ onDeadline }) => onDeadline !== 'force', {
  path: ['onDeadline'],
  error: 'force is chosen for a registered credential, by an admin and with a reason: change its policy',
});

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Production defaults (design §5, §6). */
export const DEFAULT_POLICY: RotationPolicy = {
  preflightMs: 30 * SECOND,
  valueWithinMs: 7 * 24 * HOUR,
  graceMs: 60 * SECOND,
  evidenceEveryMs: 2 * SECOND,
  deadlineMs: HOUR,
  onDeadline: 'hold',
  escalateEveryMs: HOUR,
  compromisedDeadlineMs: 5 * MINUTE,
  approvals: 0,
  approveWithinMs: 24 * HOUR,
  soakMs: 60 * SECOND,
  silentAfterMs: 30 * SECOND,
  lostAfterMs: 24 * HOUR,
};

/** How often an instance beats, unless its program says otherwise. */
export const BEAT_EVERY_MS = 10 * SECOND;

/** Why these can't be together, or null: who beats as it should must never be lost, for nobody waits for what is lost. */
export const leaseContradiction = ({ silentAfterMs, lostAfterMs }: Pick<RotationPolicy, 'silentAfterMs' | 'lostAfterMs'>): string | null =>
  lostAfterMs >= silentAfterMs + BEAT_EVERY_MS
    ? null
    : `lostAfterMs (${lostAfterMs}) must be at least ${BEAT_EVERY_MS} more than silentAfterMs (${silentAfterMs}): an instance that beats must never be lost.`;

/** A policy as the log has it: one that was recorded before a setting existed has that setting's default, and bounds that came later don't bind it. */
export const RecordedPolicy = z.object({
  preflightMs: Milliseconds.default(DEFAULT_POLICY.preflightMs),
  valueWithinMs: Milliseconds.default(DEFAULT_POLICY.valueWithinMs),
  graceMs: Milliseconds,
  evidenceEveryMs: Milliseconds,
  deadlineMs: Milliseconds,
  onDeadline: OnDeadline,
  escalateEveryMs: Milliseconds.default(DEFAULT_POLICY.escalateEveryMs),
  compromisedDeadlineMs: Milliseconds.default(DEFAULT_POLICY.compromisedDeadlineMs),
  approvals: Approvals.default(DEFAULT_POLICY.approvals),
  approveWithinMs: Milliseconds.default(DEFAULT_POLICY.approveWithinMs),
  soakMs: Milliseconds,
  silentAfterMs: Milliseconds,
  lostAfterMs: Milliseconds,
});
