import type { RotationSummary } from '@keyturn/contracts/queries';

export type RotationQuery = {
  readonly credentialId?: string | undefined;
  readonly status?: RotationSummary['status'] | undefined;
  /** A position, excluded. */
  readonly before?: number | undefined;
  readonly limit: number;
};
/** `position`: of its request. */
export type WitnessedRotation = RotationSummary & { readonly position: number };
export type RotationCount = { readonly requested: number; readonly completed: number; readonly failed: number };

/** Rotations, put together from the served entries. */
export interface RotationLog {
  /** The newest first. */
  rotations(query: RotationQuery): Promise<readonly WitnessedRotation[]>;
  /** Since then, as the log writes times. */
  count(since: string): Promise<RotationCount>;
}
