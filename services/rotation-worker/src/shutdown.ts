import type { Logger } from '@keyturn/telemetry';

export type Shutdown = {
  /** Aborted as soon as the process is to end: ends what waits at the start. */
  readonly signal: AbortSignal;
  /** What is to be stopped, in the order of opening; it is stopped in the reverse one. */
  readonly onStop: (...stops: readonly (() => Promise<unknown>)[]) => void;
  /** Stops everything and ends the process. */
  readonly exit: (code: number) => Promise<void>;
};

/** Ends the process in order, when it is told to or when there is nothing left for it to do. */
export const createShutdown = (log: Logger): Shutdown => {
  const ending = new AbortController();
  const opened: (() => Promise<unknown>)[] = [];
  const exit = async (code: number): Promise<void> => {
    if (ending.signal.aborted) return;
    ending.abort();
    log.info('worker.stopping', { code });
    for (const stop of opened.toReversed()) await stop().catch((error: unknown) => log.warn('worker.stop-failed', { error }));
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void exit(0));
  return { signal: ending.signal, onStop: (...stops) => void opened.push(...stops), exit };
};
