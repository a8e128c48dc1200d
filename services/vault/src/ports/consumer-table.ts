/** What is looked up across consumers, written in the transactions of the events that say so. */
export interface ConsumerTable {
  /** All that were ever registered, by name. */
  names(): Promise<readonly string[]>;
  /** When each of these API tokens was last used; one that never was is left out. */
  lastUses(tokenIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
