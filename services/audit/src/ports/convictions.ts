/** Something that is not as it was witnessed, in a sentence for people; `position` where it is about one event. */
export type Conviction = { readonly position: number | null; readonly sentence: string };

/** What was found. Only a person, as the owner of the database, can settle one. */
export interface Convictions {
  /** Harmless when repeated. */
  record(conviction: Conviction): Promise<void>;
  /** The ones that nobody settled, by position. */
  unsettled(): Promise<Conviction[]>;
}
