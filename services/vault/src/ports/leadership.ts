/** One term of leading. */
export type Term = {
  /** Aborted once this process can't be sure that it leads. */
  readonly lost: AbortSignal;
  /** Asks whether this process still leads; false also ends the term. */
  confirm(): Promise<boolean>;
  /** Resolves with true as soon as the log may have grown beyond that position, with false after `ms` or when the term ends. */
  wake(ms: number, beyond: number): Promise<boolean>;
  /** Lets another one lead. */
  resign(): Promise<void>;
};

/** At most one process leads at a time; a paused one may still believe that it does, so what leaders do must be fenced elsewhere. */
export interface Leadership {
  /** Resolves with a term once this process leads, or with null when `stop` is aborted first. */
  acquire(stop: AbortSignal): Promise<Term | null>;
}
