import type { Logger } from '@keyturn/telemetry';
import { keepLooking, type Keeper } from './keep-looking.ts';

type Deps = {
  /** Each records what is owed of refusals that came too often to be recorded one by one. */
  readonly settles: readonly ((which: 'over' | 'all') => Promise<void>)[];
  readonly logger: Logger;
  readonly pollMs: number;
};

/** Sees to it that every refusal is in the log a moment after its minute, or when this process stops. */
export const startRefusalKeeper = ({ settles, logger, pollMs }: Deps): Keeper => {
  const settle = async (which: 'over' | 'all'): Promise<void> => {
    for (const each of settles) await each(which);
  };
  const keeper = keepLooking({ look: () => settle('over'), pollMs, onFault: (error) => logger.warn('refusals.unsettled', { error }) });
  return {
    stop: async () => {
      await keeper.stop();
      await settle('all');
    },
  };
};
