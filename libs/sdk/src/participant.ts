import type { HeldVersion } from './held-version.ts';

/** A participant that works with the next version but isn't used yet: exactly one of the two is called, once. */
export type Prepared = {
  /** Makes it the one in use. Synchronous and never throws, so all participants of a secret change in one turn. */
  swap(): void;
  /** Throws it away: another participant could not take the version. */
  abandon(): void;
};

/** Something that lives on a secret and changes with it: a handle, a pool. */
export interface Participant {
  /** Whether `prepare` has shown that the version works; if not, only reading it proves use. */
  readonly provesUse: boolean;
  /** Builds and probes with the version. A rejection leaves everything as it was. */
  prepare(version: HeldVersion): Promise<Prepared>;
  /** Lets go of everything, and is done when nothing uses it any more. */
  close(): Promise<void>;
}

/** Keeps a version in the lease until the returned function is called. */
export type Hold = (version: number) => () => void;
