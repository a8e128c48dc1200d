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
