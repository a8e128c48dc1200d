import { setTimeout as wait } from 'node:timers/promises';

export type GoingRound = {
  /** Looks again at once, or right after the look under way. */
  readonly hint: () => void;
  /** Resolves when the look under way is over. */
  readonly stop: () => Promise<void>;
};

/** Looks now and again, one look after another, and at once where somebody hints. `look` never throws. */
export const goRound = (look: () => Promise<void>, everyMs: number): GoingRound => {
  const stopping = new AbortController();
  let hinted = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      hinted = new AbortController();
      await look();
      await wait(everyMs, undefined, { signal: AbortSignal.any([stopping.signal, hinted.signal]) }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    hint: () => hinted.abort(),
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
};
