import { z } from 'zod';

const Milliseconds = z.int().nonnegative();

/** What one credential's rotations wait for, and for how long. Durations in milliseconds. */
export const RotationPolicy = z.object({
  /** How long consumers may take to try a version before it is committed; 0 commits without asking them. */
  preflightMs: Milliseconds,
  /** Old version must be unused, by the provider's evidence, for this long before it is revoked. */
  graceMs: Milliseconds,
  /** How far apart the samples of that evidence are. */
  evidenceEveryMs: Milliseconds,
  /** From commit; afterwards `onDeadline` decides. */
  deadlineMs: Milliseconds,
  onDeadline: z.enum(['hold']),
  /** Between denying logins (can be undone) and erasing the old value. */
  soakMs: Milliseconds,
  /** A lease without a beat for this long is silent: it still counts, and is named. */
  silentAfterMs: Milliseconds,
  /** A lease without a beat for this long is lost: it counts no more. */
  lostAfterMs: Milliseconds,
});
export type RotationPolicy = z.infer<typeof RotationPolicy>;

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Production defaults (design §5, §6). */
export const DEFAULT_POLICY: RotationPolicy = {
  preflightMs: 30 * SECOND,
  graceMs: 60 * SECOND,
  evidenceEveryMs: 2 * SECOND,
  deadlineMs: HOUR,
  onDeadline: 'hold',
  soakMs: 60 * SECOND,
  silentAfterMs: 30 * SECOND,
  lostAfterMs: 24 * HOUR,
};

/** A policy as the log has it: one that was recorded before a setting existed has that setting's default. */
export const RecordedPolicy = RotationPolicy.extend({ preflightMs: Milliseconds.default(DEFAULT_POLICY.preflightMs) });
