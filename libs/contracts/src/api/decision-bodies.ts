import { z } from 'zod';
import * as decision from '../commands/decision-commands.ts';
import { DryRun } from '../queries/dry-run.ts';

const { ApproveRotation, RejectRotation, ForceRotation, ExtendRotation, ChangePolicy } = decision;

export const ApproveRotationBody = z.strictObject({ note: ApproveRotation.shape.note });
export type ApproveRotationBody = z.infer<typeof ApproveRotationBody>;
export const RejectRotationBody = z.strictObject({ reason: RejectRotation.shape.reason });
export type RejectRotationBody = z.infer<typeof RejectRotationBody>;
export const ForceRotationBody = z.strictObject({ version: ForceRotation.shape.version, reason: ForceRotation.shape.reason });
export type ForceRotationBody = z.infer<typeof ForceRotationBody>;
export const ExtendRotationBody = z.strictObject({ byMs: ExtendRotation.shape.byMs, reason: ExtendRotation.shape.reason });
export type ExtendRotationBody = z.infer<typeof ExtendRotationBody>;
/** `compromised`: as if the value were known to somebody who should not have it. */
export const DryRunBody = z.strictObject({ reason: z.enum(['manual', 'compromised']).optional() });
export type DryRunBody = z.infer<typeof DryRunBody>;
/** The settings that change, and why. */
export const ChangePolicyBody = z.strictObject({
  policy: z.strictObject(ChangePolicy.shape.policy.shape),
  reason: ChangePolicy.shape.reason,
});
export type ChangePolicyBody = z.infer<typeof ChangePolicyBody>;

export { ForceOutcome, PolicyOutcome, RotationApproved, RotationExtended } from '../commands/decision-commands.ts';
export { DryRun };
