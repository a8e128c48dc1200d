import { z } from 'zod';
import { RotationPolicy } from '../policy.ts';
import { CredentialId, Epoch, VersionNumber } from '../words.ts';
import { Reason } from './lifecycle-commands.ts';

// What persons decide about a rotation, beside its request: whether it may begin, how long it waits, and when it waits no longer.

const OfEpoch = { credentialId: CredentialId, epoch: Epoch };
const MONTH_MS = 30 * 24 * 3600 * 1000;

/** Another person than whoever asked lets the rotation begin, or lets it be forced. Said twice by one person it counts once. */
export const ApproveRotation = z.object({ ...OfEpoch, note: z.string().trim().max(500).optional() });
export type ApproveRotation = z.infer<typeof ApproveRotation>;
/** `of`: what was approved. It goes ahead once `given` is `needed`. */
export const RotationApproved = z.object({
  ...OfEpoch,
  of: z.enum(['rotation', 'force']),
  given: z.int().nonnegative(),
  needed: z.int().nonnegative(),
});
export type RotationApproved = z.infer<typeof RotationApproved>;

/** Who may approve says no: a rotation that waits ends as failed; a force that waits is forgotten, and the rotation stays held. */
export const RejectRotation = z.object({ ...OfEpoch, reason: z.string().trim().min(1).max(300) });
export type RejectRotation = z.infer<typeof RejectRotation>;

/**
 * Revokes what a held rotation takes out of use although it is not proved unused. `version`: the one that is meant; needed after a rollback, when it
 * is the withdrawn one. Where approvals are asked for, a second person must approve.
 */
export const ForceRotation = z.object({ ...OfEpoch, version: VersionNumber.optional(), reason: Reason });
export type ForceRotation = z.infer<typeof ForceRotation>;
/** `forced`: the revocation has begun. `cutOff`: the instances that have not proved the new version, `consumer/instance`. */
export const ForceOutcome = z.object({ ...OfEpoch, status: z.enum(['forced', 'awaiting-approval']), cutOff: z.array(z.string()) });
export type ForceOutcome = z.infer<typeof ForceOutcome>;

/** Moves the deadline of an open rotation; past it the time counts from now, and the rotation is held no more. */
export const ExtendRotation = z.object({
  ...OfEpoch,
  byMs: z.int().min(1_000).max(MONTH_MS),
  reason: z.string().trim().min(1).max(500),
});
export type ExtendRotation = z.infer<typeof ExtendRotation>;
/** `deadlineAt`: null before the commit, from which it counts. */
export const RotationExtended = z.object({ ...OfEpoch, deadlineAt: z.string().nullable() });
export type RotationExtended = z.infer<typeof RotationExtended>;

/** Changes settings of the policy; `reason` stands beside the name of whoever chooses `force`. An open rotation keeps its approvals. */
export const ChangePolicy = z.object({ credentialId: CredentialId, policy: RotationPolicy.partial(), reason: Reason });
export type ChangePolicy = z.infer<typeof ChangePolicy>;
export const PolicyOutcome = z.object({ credentialId: CredentialId, policy: RotationPolicy });
export type PolicyOutcome = z.infer<typeof PolicyOutcome>;
