import type { IdleRow } from './idle-row.ts';

/**
 * The input of a rotation's workflow. The rest only comes along when a long run continues as new. `waitedMs`: how long its step has waited for a
 * provider that takes no calls.
 */
export type RotationRun = {
  readonly credentialId: string;
  readonly epoch: number;
  readonly row?: IdleRow | undefined;
  readonly waitedMs?: number | undefined;
};

/** How a rotation's workflow ends, unless it fails. */
export type RotationEnd = { readonly end: 'completed' | 'failed' };

/** One step of a run, as activities are given it: references only, never a value. */
export type StepRun = { readonly credentialId: string; readonly epoch: number; readonly version: number };

/** The signal that makes a waiting run ask the vault at once. It decides nothing, and a run goes on without it. */
export const WAKE = 'wake';

export const TASK_QUEUE = 'rotation';

/** Made of the domain's own ids, so that a second start is harmless. */
export const workflowIdOf = ({ credentialId, epoch }: RotationRun): string => `rotate/${credentialId}/${epoch}`;
