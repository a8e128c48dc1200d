import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ok, refuse } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { consumerContent, consumerFold, streamOf } from '../folds.ts';
import { refuseGranting } from './grants-on-persons.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import { recipientOf, type RefusalRecorder } from './refusal-recorder.ts';
import { refuseUnlessSeen } from './seen-revision.ts';

type Deps = VaultDeps & { readonly recordRefusal: RefusalRecorder };

/** Registers a consumer or replaces its grants and owner; the same again change nothing. */
export const registerConsumer = async (deps: Deps, opened: Opened, data: VaultCommandData<'consumer.register'>): Promise<Reply> => {
  const { actor } = opened;
  // Asked before the log is: what is refused so stands in the access log.
  const known = await deps.log.state(consumerFold, streamOf.consumer(data.consumer));
  const refusal = refuseGranting(known, data.grants, actor, deps.clock.now().toISOString());
  if (refusal) {
    await deps.recordRefusal({ recipient: recipientOf(actor), actor, refusal });
    return { refusal };
  }
  const verdict = await deps.log.submit(consumerFold, {
    ...jobOf(deps, opened),
    stream: streamOf.consumer(data.consumer),
    decide: (state, { now }) => {
      const tooOld = refuseGranting(state, data.grants, actor, now);
      if (tooOld) return refuse(tooOld);
      const changed = refuseUnlessSeen(state && consumerContent(state), opened.ifRevision);
      if (changed) return refuse(changed);
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
