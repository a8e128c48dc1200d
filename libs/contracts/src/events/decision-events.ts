import { z } from 'zod';
import { RecordedPolicy } from '../policy.ts';
import { Actor, Address, CredentialId, Epoch, VersionNumber } from '../words.ts';

// What persons, or a policy in their name, decide about a rotation.

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object({ credentialId: CredentialId, address: Address, ...shape }) });

const Reason = z.string().max(500);
/** `consumer/instance`. */
const Instances = z.array(z.string().max(130));
/** What the proof of disuse still lacks, a clause each. */
const Unproved = z.array(z.string().max(700));

/** Somebody else than who asked agrees; `given` of `needed` then have. `of`: that the rotation begins, or that it is forced. */
export const RotationApproved = event('rotation.approved', {
  epoch: Epoch,
  of: z.enum(['rotation', 'force']),
  given: z.int(),
  needed: z.int(),
  note: Reason.optional(),
});
export type RotationApproved = z.infer<typeof RotationApproved>;

/** A force that a second person must approve before `until`. */
export const ForceAsked = event('rotation.force-asked', {
  epoch: Epoch,
  version: VersionNumber,
  reason: Reason,
  cutOff: Instances,
  until: z.string().optional(),
});
export type ForceAsked = z.infer<typeof ForceAsked>;

/** `lapsed`: nobody said anything in time. */
export const ForceRejected = event('rotation.force-rejected', { epoch: Epoch, reason: Reason, lapsed: z.literal(true).optional() });
export type ForceRejected = z.infer<typeof ForceRejected>;

/** The old version is revoked without the proof: by whom, why, and who is cut off by it. `how`: by hand, or by the policy at the deadline. */
export const RotationForced = event('rotation.forced', {
  epoch: Epoch,
  version: VersionNumber,
  how: z.enum(['hand', 'policy']),
  by: Actor,
  approvedBy: Actor.optional(),
  reason: Reason,
  cutOff: Instances,
  unproved: Unproved,
});
export type RotationForced = z.infer<typeof RotationForced>;

/** A late rotation is told of once more: for whom it waits, and since when it is late. */
export const RotationEscalated = event('rotation.escalated', {
  epoch: Epoch,
  times: z.int().positive(),
  lateSince: z.string(),
  waitingFor: z.string().max(1000),
});
export type RotationEscalated = z.infer<typeof RotationEscalated>;

/** The deadline moved. `extraMs`: by how much altogether, from what the policy says. */
export const RotationExtended = event('rotation.extended', { epoch: Epoch, byMs: z.int(), extraMs: z.int(), reason: Reason });
export type RotationExtended = z.infer<typeof RotationExtended>;

const Setting = z.union([z.number(), z.string()]);

/** The whole policy as it is from here on, and what of it changed. `forceApprovedBy`: who answers for a force at the deadline, if it is chosen. */
export const PolicyChanged = event('credential.policy-changed', {
  policy: RecordedPolicy,
  changed: z.array(z.object({ setting: z.string(), from: Setting, to: Setting })),
  reason: Reason,
  forceApprovedBy: Actor.optional(),
});
export type PolicyChanged = z.infer<typeof PolicyChanged>;

/** The sessions that a forced revoke ended at the provider. */
export const EndedSessions = z.object({ sessions: z.int().nonnegative(), sentence: z.string().max(500) });
export type EndedSessions = z.infer<typeof EndedSessions>;

export const DECISION_EVENTS = [
  RotationApproved,
  ForceAsked,
  ForceRejected,
  RotationForced,
  RotationEscalated,
  RotationExtended,
  PolicyChanged,
] as const;
export type DecisionEvent = z.infer<(typeof DECISION_EVENTS)[number]>;

const DECISIONS: ReadonlySet<string> = new Set(DECISION_EVENTS.map(({ shape }) => shape.type.value));

/** Did somebody decide it about a rotation? */
export const isDecision = <Event extends { readonly type: string }>(
  event: Event,
): event is Extract<Event, { type: DecisionEvent['type'] }> => DECISIONS.has(event.type);
