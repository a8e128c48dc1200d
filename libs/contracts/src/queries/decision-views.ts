import { z } from 'zod';
import { EndedSessions } from '../events/decision-events.ts';
import { Actor } from '../words.ts';

const Time = z.string();

/** Who approved a rotation, of how many that must. `until`: when it fails, while it waits for them. */
export const ApprovalsView = z.object({
  needed: z.int(),
  given: z.array(z.object({ by: Actor, at: Time, note: z.string().nullable() })),
  until: Time.nullable(),
});
export type ApprovalsView = z.infer<typeof ApprovalsView>;

/** A force that a second person must approve; `until`: before it lapses. */
export const ForceAskedView = z.object({
  by: Actor,
  at: Time,
  reason: z.string(),
  cutOff: z.array(z.string()),
  until: Time.nullable().default(null),
});
export type ForceAskedView = z.infer<typeof ForceAskedView>;

/** That the old version was revoked without the proof. `cutOff`: instances that had not proved the new one; `ended`: sessions at the provider. */
export const ForcedView = z.object({
  how: z.enum(['hand', 'policy']),
  by: Actor,
  approvedBy: Actor.nullable(),
  at: Time,
  reason: z.string(),
  cutOff: z.array(z.string()),
  unproved: z.array(z.string()),
  ended: EndedSessions.nullable(),
});
export type ForcedView = z.infer<typeof ForcedView>;

/** What a rotation's view says of decisions. A vault of before there were any leaves them out. */
export const Decisions = {
  approvals: ApprovalsView.nullable().default(null),
  forceAsked: ForceAskedView.nullable().default(null),
  forced: ForcedView.nullable().default(null),
  /** How often a late rotation was told of again. */
  escalated: z.object({ times: z.int(), lastAt: Time }).nullable().default(null),
  /** When the policy decides, should the proof not be there; null before the commit and after the end. */
  deadlineAt: Time.nullable().default(null),
  /** What is waited for less, because the value is compromised. */
  shortened: z.object({ graceMs: z.int(), deadlineMs: z.int() }).nullable().default(null),
} as const;

/**
 * What a rotation needs of a person: to approve it or its force, to bring a value or remove one, to look after a late one; or, also after its end, to
 * see to what it left at the provider and can't remove there.
 */
export const AttentionNeed = z.enum(['approval', 'force-approval', 'value', 'deletion', 'held', 'escalated', 'leftover']);
export type AttentionNeed = z.infer<typeof AttentionNeed>;

/** Whom a rotation of a credential needs. `epoch`: which; absent of a `leftover` that no rotation made or took out of use. */
export const Attention = z.object({
  epoch: z.int().optional(),
  needs: AttentionNeed,
  since: Time,
  /** Of what is left at the provider: why it is still there. */
  why: z.string().optional(),
});
export type Attention = z.infer<typeof Attention>;
