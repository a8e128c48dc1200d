import { z } from 'zod';

const Milliseconds = z.int().nonnegative();
const MONTH_MS = 30 * 24 * 3600 * 1000;
const between = (least: number, most: number) => z.int().min(least).max(most);

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
  onDeadline: z.enum(['hold']),
  /** Between denying logins (can be undone) and erasing the old value. */
  soakMs: between(0, MONTH_MS),
  /** A lease without a beat for this long is silent: it still counts, and is named. */
  silentAfterMs: between(100, MONTH_MS),
  /** A lease without a beat for this long is lost: it counts no more. */
  lostAfterMs: between(500, MONTH_MS),
});
export type RotationPolicy = z.infer<typeof RotationPolicy>;

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Production defaults (design §5, §6). */
export const DEFAULT_POLICY: RotationPolicy = {
  preflightMs: 30 * SECOND,
  valueWithinMs: 7 * 24 * HOUR,
  graceMs: 60 * SECOND,
  evidenceEveryMs: 2 * SECOND,
  deadlineMs: HOUR,
  onDeadline: 'hold',
  soakMs: 60 * SECOND,
  silentAfterMs: 30 * SECOND,
  lostAfterMs: 24 * HOUR,
};

/** A policy as the log has it: one that was recorded before a setting existed has that setting's default, and bounds that came later don't bind it. */
export const RecordedPolicy = z.object({
  preflightMs: Milliseconds.default(DEFAULT_POLICY.preflightMs),
  valueWithinMs: Milliseconds.default(DEFAULT_POLICY.valueWithinMs),
  graceMs: Milliseconds,
  evidenceEveryMs: Milliseconds,
  deadlineMs: Milliseconds,
  onDeadline: z.enum(['hold']),
  soakMs: Milliseconds,
  silentAfterMs: Milliseconds,
  lostAfterMs: Milliseconds,
});
