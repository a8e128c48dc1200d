import { rateLimit } from './rate-limit.ts';
import type { VaultDeps } from '../deps.ts';

/** Records what may come in any number: at most five events a minute of each name, and of what came above that one event. */
export type LimitedRecorder<What> = {
  record(what: What): Promise<void>;
  /** Records what is owed of minutes that are over, or of all; to be called now and then, and at the end. What fails is owed still. */
  settle(which: 'over' | 'all'): Promise<void>;
};

type Limited<What> = Pick<VaultDeps, 'clock' | 'newId'> & {
  readonly nameOf: (what: What) => string;
  /** A repeat of one id changes nothing. */
  readonly append: (what: What, times: number, commandId: string) => Promise<unknown>;
};

export const limitedRecorder = <What>({ clock, newId, nameOf, append }: Limited<What>): LimitedRecorder<What> => {
  const limit = rateLimit<What>({ clock, newId });
  return {
    record: async (what) => {
      if (limit.take(nameOf(what), what)) await append(what, 1, newId());
    },
    settle: async (which) => {
      for (const { commandId, what, times } of limit.owed(which)) {
        await append(what, times, commandId);
        limit.said(commandId);
      }
    },
  };
};
