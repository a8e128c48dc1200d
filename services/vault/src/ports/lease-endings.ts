/** The end of one lease. `startedAt` tells it from the leases that the same instance had before, and may have after. */
export type LeaseEnding = {
  readonly consumer: string;
  readonly instance: string;
  readonly startedAt: string;
  readonly how: 'goodbye' | 'lost';
};

/** How leases end. An end and the event that is owed for it are kept in one step, so a vault that dies in between owes it still. */
export interface LeaseEndings {
  /** The instance said goodbye: it holds nothing any more. Null where it has no lease, or one that is newer than `seq`. */
  goodbye(of: { readonly consumer: string; readonly instance: string; readonly seq: number }): Promise<LeaseEnding | null>;
  /**
   * Ends the leases that were silent for longer than the policy of every credential they hold allows; `otherwiseMs` where they hold none.
   * What they held stays readable, as lost, until it is pruned.
   */
  endLost(otherwiseMs: number): Promise<void>;
  /** Ends whose event may not be in the log yet, the oldest lease first. */
  owed(): Promise<readonly LeaseEnding[]>;
  /** The event is in the log. */
  recorded(ending: LeaseEnding): Promise<void>;
  /** Forgets ended leases: a lost one once no rotation is open of anything that it held, so that a running one can name it to its end. */
  prune(): Promise<void>;
}
