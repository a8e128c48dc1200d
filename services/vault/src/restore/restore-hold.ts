import type { Logger } from '@keyturn/telemetry';
import { isUnchecked, type RegisteredCredential } from '../credential/state.ts';
import { restoresFold, streamOf } from '../folds.ts';
import type { CommandLog } from '../ports/command-log.ts';
import { heldRestore, type Restore } from './state.ts';

/** Whether publishing is held after a restore, as this replica knows it. A restore is made while no vault runs, so a hold only ever ends. */
export interface RestoreHold {
  /** The restore after which it is held; null: nothing is held. */
  restore(): Restore | null;
  /** Looks at once. */
  refresh(): Promise<void>;
  stop(): void;
}

/**
 * Is a credential's value kept from consumers? All are until it is known what was deleted in the lost log, and each until its current version
 * has its result.
 */
export const isHeldBack = (hold: Pick<RestoreHold, 'restore'>, state: RegisteredCredential): boolean => {
  const held = hold.restore();
  return held !== null && (held.shreds === null || isUnchecked(state, held.incarnation));
};

type Deps = { readonly log: Pick<CommandLog, 'state' | 'onCommitted'>; readonly logger: Logger; readonly pollMs: number };

/** Reads whether it is held before anything is served; another replica's word that it is not any more comes `pollMs` later at most. */
export const openRestoreHold = async ({ log, logger, pollMs }: Deps): Promise<RestoreHold> => {
  const read = async (): Promise<Restore | null> => heldRestore(await log.state(restoresFold, streamOf.log));
  let held = await read();
  let timer: NodeJS.Timeout | null = null;
  const refresh = async (): Promise<void> => {
    if (held) held = await read();
    if (!held) stop();
  };
  const refreshed = (): void => void refresh().catch((error: unknown) => logger.warn('restore.hold-unread', { error }));
  const silence = log.onCommitted((events) => {
    if (events.some(({ type }) => type.startsWith('log.'))) refreshed();
  });
  const stop = (): void => {
    if (timer) clearInterval(timer);
    silence();
  };
  if (held) {
    logger.warn('restore.held', { incarnation: held.incarnation });
    timer = setInterval(refreshed, pollMs);
  } else {
    silence();
  }
  return { restore: () => held, refresh, stop };
};
