import type { Reply } from '@keyturn/contracts';
import { KekExhausted } from '../ports/kek-exhausted.ts';
import { KekNotActive } from '../ports/kek-not-active.ts';
import type { KekKeeper } from '../secrets/kek-keeper.ts';

/** More switches of the active KEK than this, while one command is being decided, are a fault. */
const ATTEMPTS = 3;

/**
 * Runs a command again, from its wrapping on, where the active KEK changed before it was recorded: the log refused it and kept nothing of
 * it, so it is the same command still.
 */
export const onActiveKek = async (keeper: Pick<KekKeeper, 'refresh'>, perform: () => Promise<Reply>): Promise<Reply> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await perform();
    } catch (fault) {
      if (fault instanceof KekExhausted) return { refusal: { code: 'kek-exhausted', kekId: fault.kekId, wraps: fault.wraps } };
      if (!(fault instanceof KekNotActive) || attempt === ATTEMPTS) throw fault;
      await keeper.refresh();
    }
  }
};
