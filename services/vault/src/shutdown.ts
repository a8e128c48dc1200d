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

/** Of a host with several addresses each one may fail for its own reason, and then the fault itself says nothing. */
const sentenceOf = (fault: unknown): string => {
  const causes: readonly unknown[] = fault instanceof AggregateError ? fault.errors : [];
  if (causes.length > 0) return causes.map(sentenceOf).join('; ');
  return fault instanceof Error && fault.message !== '' ? fault.message : 'for a reason unknown';
};

/** Lets the start go on, or ends it with one sentence in the log: whoever supervises the vault shall not have to read a stack. */
export const orStopStart =
  (logger: Logger) =>
  async <T>(open: () => T | Promise<T>): Promise<T> => {
    try {
      return await open();
    } catch (fault) {
      logger.error('vault.not-started', { sentence: sentenceOf(fault) });
      return process.exit(1);
    }
  };
