/** What the lease table says of one instance, for one credential. `silentMs` counts only time in which the vault could hear beats. */
export type LeaseFact = {
  readonly consumer: string;
  readonly instance: string;
  readonly lastBeatAt: string;
  readonly silentMs: number;
  /** A lost one is kept until no rotation is open any more that might name it. */
  readonly ended: 'goodbye' | 'lost' | null;
  readonly holds: readonly { readonly version: number; readonly since: string }[];
};

export type LeaseState = 'live' | 'silent' | 'lost' | 'ended';

export const leaseState = (lease: LeaseFact, policy: { silentAfterMs: number; lostAfterMs: number }): LeaseState => {
  if (lease.ended === 'goodbye') return 'ended';
  if (lease.ended === 'lost' || lease.silentMs >= policy.lostAfterMs) return 'lost';
  return lease.silentMs >= policy.silentAfterMs ? 'silent' : 'live';
};
