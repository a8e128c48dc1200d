/** An address, and when somebody came from it. */
export type SeenFrom = { readonly ip: string; readonly at: string };

/** What is looked up across consumers, written in the transactions of the events that say so. */
export interface ConsumerTable {
  /** All that were ever registered, by name. */
  names(): Promise<readonly string[]>;
  /** When each of these API tokens was last used; one that never was is left out. */
  lastUses(tokenIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** From which address each of these instances last got its identity, by its stream; one of which the log tells none is left out. */
  lastSeenFrom(leaseStreams: readonly string[]): Promise<ReadonlyMap<string, SeenFrom>>;
}
