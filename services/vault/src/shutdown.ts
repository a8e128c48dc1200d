import type { Logger } from '@keyturn/telemetry';

type Step = () => unknown;

/** On SIGTERM or SIGINT undoes what was opened, one step after another, and exits. A step that fails is logged and holds nothing up. */
export const onShutdown = (logger: Logger, steps: readonly Step[]): void => {
  const stop = async (signal: string): Promise<void> => {
    logger.info('vault.stopping', { signal });
    for (const step of steps) await Promise.resolve(step()).catch((error: unknown) => logger.warn('vault.stop-failed', { error }));
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal));
};

/** Lets the start go on, or ends it with one sentence in the log: whoever supervises the vault shall not have to read a stack. */
export const orStopStart =
  (logger: Logger) =>
  <T>(opening: Promise<T>): Promise<T> =>
    opening.catch((fault: unknown) => {
      logger.error('vault.not-started', { sentence: fault instanceof Error ? fault.message : 'for a reason unknown' });
      process.exit(1);
    });
