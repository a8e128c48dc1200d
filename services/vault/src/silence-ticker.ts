import type { Logger } from '@keyturn/telemetry';

type Deps = {
  /** Counts silence, and ends the leases of those that were silent for too long. */
  readonly keepLeases: (everyMs: number) => Promise<void>;
  readonly isConnected: () => boolean;
  readonly logger: Logger;
  readonly everyMs: number;
};

/** Keeps the leases at a steady pace, and only while beats could be heard; never twice at a time. Returns how to stop. */
export const startSilenceTicker = ({ keepLeases, isConnected, logger, everyMs }: Deps): (() => void) => {
  let isRunning = false;
  const keep = async (): Promise<void> => {
    if (isRunning || !isConnected()) return;
    isRunning = true;
    await keepLeases(everyMs).catch((error: unknown) => logger.warn('lease.tick-failed', { error }));
    isRunning = false;
  };
  const timer = setInterval(() => void keep(), everyMs);
  return () => clearInterval(timer);
};
