import type { WitnessedEvent } from './entry-store.ts';

/** The rows of one generation as they are stored, for whoever checks them. */
export interface StoredEntries {
  /** Its number. That of what is served changes when another one is. */
  generation(): Promise<number>;
  /** In order of position, from behind `after`. */
  page(after: number, limit: number): Promise<WitnessedEvent[]>;
  /** Whether there is one that another version of the projection worded. */
  hasOtherProjection(version: number): Promise<boolean>;
}
