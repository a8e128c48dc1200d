import type { Logger } from '@keyturn/telemetry';
import type { KekKeeper } from './secrets/kek-keeper.ts';
import type { SealingKeyRing } from './secrets/sealing-key-ring.ts';

type Deps = {
  readonly keeper: Pick<KekKeeper, 'report' | 'refresh'>;
  readonly ring: Pick<SealingKeyRing, 'published'>;
  readonly logger: Logger;
  readonly everyMs: number;
};

/** Says that this replica runs and which KEKs it holds, hears which one is active, and keeps the sealing keys of the day. Returns how to stop. */
export const startReplicaBeat = ({ keeper, ring, logger, everyMs }: Deps): (() => void) => {
  const beat = async (): Promise<void> => {
    await keeper.report();
    await keeper.refresh();
    await ring.published();
  };
  const timer = setInterval(() => {
    beat().catch((error: unknown) => logger.warn('replica.beat-failed', { error }));
  }, everyMs);
  return () => clearInterval(timer);
};
