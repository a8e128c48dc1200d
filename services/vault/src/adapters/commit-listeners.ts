import type { Recorded } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';

type Listener = (events: readonly Recorded[]) => void;

/** Tells listeners of each commit, in order; a listener that throws is logged and hurts nobody else. */
export const commitListeners = (logger: Logger): { add(listener: Listener): () => void; tell(events: readonly Recorded[]): void } => {
  const listeners = new Set<Listener>();
  return {
    add: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (events) => {
      if (events.length === 0) return;
      for (const listener of listeners) {
        try {
          listener(events);
        } catch (error) {
          logger.error('log.listener-failed', { error });
        }
      }
    },
  };
};
