import type { EpochId } from './vault.ts';

/** `reason`: what the rotation was asked for. */
export type RunRequest = EpochId & { readonly address?: string; readonly reason?: string | null | undefined };

/** Where rotations run. It is neither truth nor authority: what it forgets is started again from the vault's list of open epochs. */
export interface RotationRuns {
  /**
   * Makes sure that the epoch's rotation runs; a second start is harmless. `unlessEnded` leaves a rotation alone that ran before, even
   * if it has ended. `runId` tells runs of one epoch apart; it is undefined where nothing was started.
   */
  start(request: RunRequest, options?: { readonly unlessEnded?: boolean }): Promise<{ readonly runId: string | undefined }>;
  /** Makes a run that waits for its next try ask the vault at once; harmless where none runs. */
  wake(epoch: EpochId): Promise<void>;
}
