/** The right to project, held by one process at a time; the store's own check guards against one that lost it unawares. */
export type WriterTerm = {
  /** Aborted when the right is lost. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
};

export interface WriterLock {
  /** Waits for its turn; null when the signal ends the wait. */
  acquire(signal: AbortSignal): Promise<WriterTerm | null>;
}
