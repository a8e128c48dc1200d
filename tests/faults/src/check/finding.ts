/** What reliability demands of every run, by name. */
export const INVARIANTS = {
  I1: 'what a subscriber holds is accepted, always',
  I2: 'no value is lost, and none is an orphan',
  I3: 'what was acknowledged is in the log, once',
  I4: 'each stream is one gapless line, and of two rivals one wins',
  I5: 'the feed and the projections have every event, once',
  I6: 'no event is skipped: the order of positions is the order of commits',
  I7: 'an effect happens once',
  I8: 'no value is in a log',
  I11: 'an old value dies, and stays dead',
  I13: 'it comes to rest',
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** One way in which a run is not as promised. */
export type Finding = { readonly invariant: Invariant; readonly sentence: string };

export const findingOf =
  (invariant: Invariant) =>
  (sentence: string): Finding => ({ invariant, sentence });
