import type { Logger } from '@keyturn/telemetry';
import type { LeaseStore } from './ports/lease-store.ts';

type Deps = {
  readonly leases: Pick<LeaseStore, 'tick'>;
  readonly isConnected: () => boolean;
  readonly logger: Logger;
  readonly everyMs: number;
};

/** Counts the silence of leases, and only while beats could be heard. Returns how to stop. */
export const startSilenceTicker = ({ leases, isConnected, logger, everyMs }: Deps): (() => void) => {
  const timer = setInterval(() => {
    if (isConnected()) leases.tick(everyMs).catch((error: unknown) => logger.warn('lease.tick-failed', { error }));
  }, everyMs);
  return () => clearInterval(timer);
};
