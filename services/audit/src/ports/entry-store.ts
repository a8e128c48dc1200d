import type { AuditEntry } from '@keyturn/contracts/queries';

/** How far the log has been witnessed: the last position, and the hash of its event. */
export type Checkpoint = { readonly position: number; readonly hash: string };

/**
 * An event with what the timeline shows of it; `recorded` is its JSON as it came, for whoever verifies the chain later, and `projection`
 * the version of the projection that worded the entry.
 */
export type WitnessedEvent = {
  readonly eventId: string;
  readonly prevHash: string;
  readonly hash: string;
  readonly recorded: string;
  readonly projection: number;
  readonly entry: AuditEntry;
};

/** A message that can't be taken, kept for a person to look at. */
export type ParkedMessage = { readonly sequence: number; readonly subject: string; readonly reason: string; readonly payload: string };

export type TimelineQuery = {
  readonly credentialId?: string | undefined;
  /** Both ends excluded. */
  readonly after: number;
  readonly before?: number | undefined;
  /** From which end the page begins; the first if not said. */
  readonly order?: 'oldest' | 'newest' | undefined;
  readonly limit: number;
};
export type RecordedQuery = {
  readonly credentialId: string;
  readonly types: readonly string[];
  readonly before?: number | undefined;
  readonly limit: number;
};
export type TimelinePage = { readonly items: AuditEntry[]; readonly projectedTo: number; readonly total: number };

/** One generation of entries in the audit database. They can only be added: its role may not change or delete one. */
export interface EntryStore {
  checkpoint(): Promise<Checkpoint>;
  /**
   * Adds the events and moves the checkpoint to the last of them, all in one transaction, if the checkpoint is still at `expected`;
   * otherwise nothing happens and the answer is `moved`.
   */
  append(expected: Checkpoint, events: readonly WitnessedEvent[]): Promise<'stored' | 'moved'>;
  /** The first of these, already witnessed, whose hash is not the one that was witnessed; null when all agree. */
  firstDiffering(repeats: readonly Checkpoint[]): Promise<Checkpoint | null>;
  /** Harmless when repeated for the same sequence and reason. */
  park(message: ParkedMessage): Promise<void>;
  timeline(query: TimelineQuery): Promise<TimelinePage>;
  /** The events of these types that are about the credential, as they came, newest first. `before`: a position, excluded. */
  recorded(query: RecordedQuery): Promise<readonly string[]>;
}

/** Before the first event. */
export const GENESIS: Checkpoint = { position: 0, hash: '0'.repeat(64) };
