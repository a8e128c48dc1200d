import type { OnDeadline, RotationPolicy } from '@keyturn/contracts';
import { openRotation, type Rotation } from './rotation.ts';
import type { RegisteredCredential } from './state.ts';

/** What a rotation waits for between its commit and the revoke, and what follows in the end. */
export type Waits = { readonly graceMs: number; readonly deadlineMs: number; readonly onDeadline: OnDeadline };

type Guarded = Pick<RegisteredCredential, 'policy' | 'rotations'>;

/**
 * The policy as it counts now. An open rotation that others had to approve waits no less than what it was asked for under: who approved it,
 * approved that (ADR-0030).
 */
export const policyInForce = (state: Guarded): RotationPolicy => {
  const { policy } = state;
  const approved = openRotation(state)?.approvedUnder ?? null;
  if (approved === null) return policy;
  return {
    ...policy,
    preflightMs: Math.max(policy.preflightMs, approved.preflightMs),
    graceMs: Math.max(policy.graceMs, approved.graceMs),
    lostAfterMs: Math.max(policy.lostAfterMs, approved.lostAfterMs),
  };
};

/** The policy's; of a compromised value no grace, a short deadline, and somebody is told at least. */
export const waitsOf = (state: Guarded, { shortened }: Pick<Rotation, 'shortened'>): Waits => {
  const { graceMs, deadlineMs, onDeadline } = policyInForce(state);
  if (shortened === null) return { graceMs, deadlineMs, onDeadline };
  return { ...shortened, onDeadline: onDeadline === 'hold' ? 'escalate' : onDeadline };
};
