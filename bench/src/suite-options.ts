export type SuiteOptions = {
  /** A few rounds: to see that it runs, not to believe it. */
  readonly isQuick: boolean;
  /** How many rows there are, where a suite is about that. */
  readonly rows?: number;
  readonly onProgress: (sentence: string) => void;
};
