import type { Recorded } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';
import type { CommandLog } from '../../ports/command-log.ts';

export type Announcer = {
  /** Announces what the stream has just taken, unless this process did before. */
  announce(events: readonly Recorded[]): void;
  /**
   * Announces what the stream took up to `position` without this process having said so: a leader may have died in between, or the
   * stream's answer was lost. At first it goes back one window, which is all that can have been under way.
   */
  catchUp(position: number): Promise<void>;
};

/** Tells `onPublished` of published events in order; a listener's fault is logged and holds nothing up. */
export const announcer = (deps: {
  readonly log: Pick<CommandLog, 'read'>;
  readonly onPublished: (event: Recorded) => void;
  readonly logger: Logger;
  readonly window: number;
}): Announcer => {
  let announced: number | null = null;

  const announceOne = (event: Recorded): void => {
    announced = event.position;
    try {
      deps.onPublished(event);
    } catch (error) {
      deps.logger.error('relay.listener-failed', { position: event.position, error });
    }
  };

  const announce = (events: readonly Recorded[]): void => {
    for (const event of events) if (event.position > (announced ?? 0)) announceOne(event);
  };

  return {
    announce,
    catchUp: async (position) => {
      announced ??= Math.max(0, position - deps.window);
      for (;;) {
        const after = announced;
        if (after >= position) return;
        const events = await deps.log.read(after, Math.min(deps.window, position - after));
        if (events.length === 0) return;
        announce(events);
      }
    },
  };
};
