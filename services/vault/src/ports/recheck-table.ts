import type { FailedRecheck } from '@keyturn/contracts/queries';

/** Current versions after a restore by result; `remaining` have none, `unreachable` are those among them that were tried. */
export type RecheckCounts = {
  readonly remaining: number;
  readonly unreachable: number;
  readonly tested: number;
  readonly failed: number;
  readonly noTest: number;
};

export type ToRecheck = { readonly credentialId: string; readonly version: number };

/** Which current versions have no result in an incarnation: from table `credentials`, which the log's own transactions keep. */
export interface RecheckTable {
  counts(incarnation: number): Promise<RecheckCounts>;
  /** Some of those that can be tested, or of those that can't; those that were never tried come first. */
  next(incarnation: number, which: 'testable' | 'untestable', limit: number): Promise<readonly ToRecheck[]>;
  /** The first ones with that outcome, by address. */
  withOutcome(incarnation: number, outcome: 'failed' | 'unreachable', limit: number): Promise<readonly FailedRecheck[]>;
}
