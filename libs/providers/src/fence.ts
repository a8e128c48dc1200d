/**
 * Says on whose behalf a change is made at a provider, so that a worker that was paused and wakes can be refused there.
 * A higher incarnation outranks every epoch of a lower one; then the epoch counts, then the version.
 */
export type Fence = {
  readonly credentialId: string;
  readonly incarnation: number;
  readonly epoch: number;
  readonly version: number;
};

/** Orders two fences of one credential: negative if `a` is older, zero if they are the same, positive if `a` is newer. */
export const compareFences = (a: Fence, b: Fence): number => a.incarnation - b.incarnation || a.epoch - b.epoch || a.version - b.version;
