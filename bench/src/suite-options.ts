export type SuiteOptions = {
  /** A few rounds: to see that it runs, not to believe it. */
  readonly isQuick: boolean;
  readonly onProgress: (sentence: string) => void;
};
