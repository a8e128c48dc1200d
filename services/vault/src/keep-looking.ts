import { setTimeout as pause } from 'node:timers/promises';

export type Keeper = { readonly stop: () => Promise<void> };

type Looking = {
  readonly look: (stop: AbortSignal) => Promise<void>;
  readonly pollMs: number;
  readonly onFault: (error: unknown) => void;
};

/** Looks at the start, and then again and again until it is stopped. A look that failed is told; the next one comes all the same. */
export const keepLooking = ({ look, pollMs, onFault }: Looking): Keeper => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await look(signal).catch(onFault);
      await pause(pollMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};
