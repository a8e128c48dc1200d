import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { consumerFold, streamOf } from '../folds.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';

/** Registers a consumer or replaces its grants and owner; the same again change nothing. */
export const registerConsumer = async (deps: VaultDeps, opened: Opened, data: VaultCommandData<'consumer.register'>): Promise<Reply> => {
  const verdict = await deps.log.submit(consumerFold, {
    ...jobOf(deps, opened),
    stream: streamOf.consumer(data.consumer),
    decide: (state) => {
      const isSameOwner = data.owner === undefined || data.owner === state?.owner;
      const isSame = isSameOwner && JSON.stringify(state?.grants) === JSON.stringify(data.grants);
      return ok({
        events: isSame ? [] : [{ type: 'consumer.registered', data }],
        verdict: { consumer: data.consumer },
        writes: state === null ? [{ kind: 'consumer', consumer: data.consumer }] : [],
      });
    },
  });
  return replyOf(verdict);
};
