import type { Checkpoint } from './entry-store.ts';

/** A generation of entries made anew from the log's start, at whatever point it is. */
export type Rebuild = {
  readonly generation: number;
  readonly state: 'building' | 'served' | 'refused';
  /** How far it has come. */
  readonly position: number;
  /** Why it was not put in the place of what is served. */
  readonly refusedBecause: string | null;
  /** The digests that were compared before it was served; null until then. */
  readonly compared: Comparison | null;
};

/** The digest of a rebuilt generation's entries, and of those that it stands in for, both up to the same position. */
export type Comparison = { readonly upTo: number; readonly digest: string; readonly replacedDigest: string };

/** Both heads as they are now: where the rebuild has caught up, and whether it tells of the same log. */
export type Heads = {
  readonly served: Checkpoint;
  /** The position that the rebuild has reached, and its hash at the served one's position; null while it is behind. */
  readonly rebuilt: { readonly position: number; readonly hashAtServed: string | null };
};

/** The generations of the audit database. At most one is being built; a rebuild that was interrupted goes on where it was. */
export interface RebuildStore {
  /** Opens a rebuild; the open one if there is one, so a repeat is harmless. */
  request(): Promise<Rebuild>;
  /** The newest generation that a rebuild made or makes; null when there never was one. */
  latest(): Promise<Rebuild | null>;
  heads(generation: number): Promise<Heads>;
  /** Puts it in the place of the served one, in one transaction; false, and nothing changed, where that one is further. */
  serve(generation: number, compared: Comparison): Promise<boolean>;
  /**
   * The same where it tells of a restore from a backup: it has a `log.restored` that follows on a witnessed event, where another one was
   * witnessed. What was witnessed from there on stays, marked as lost. False, and nothing changed, where it has none.
   */
  serveRestored(generation: number): Promise<boolean>;
  refuse(generation: number, because: string): Promise<void>;
}
