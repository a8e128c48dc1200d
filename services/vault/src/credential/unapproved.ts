import type { Refusal } from '@keyturn/contracts';
import type { Rotation } from './rotation.ts';

export const approvalsMissing = ({ approvalsNeeded, approvals }: Rotation): number => Math.max(0, approvalsNeeded - approvals.length);

/** When the last approval that was needed came; null where none is needed, or one is missing. */
export const approvedAt = ({ approvalsNeeded, approvals }: Rotation): string | null => approvals[approvalsNeeded - 1]?.at ?? null;

/** Why nothing may be done for it at the provider yet, or null. */
export const refuseUnapproved = (rotation: Rotation): Refusal | null =>
  approvalsMissing(rotation) === 0
    ? null
    : { code: 'approval-missing', epoch: rotation.epoch, given: rotation.approvals.length, needed: rotation.approvalsNeeded };
