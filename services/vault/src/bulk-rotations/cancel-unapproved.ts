import { ok } from '@keyturn/kernel';
import { ownJob } from '../commands/ring-job.ts';
import { decide } from '../credential/decide.ts';
import { leapingAfterRestore } from '../credential/generation.ts';
import { nameOf } from '../credential/said.ts';
import { credentialFold, streamOf } from '../folds.ts';
import type { CommandLog } from '../ports/command-log.ts';
import { waitsForApproval } from './places.ts';
import type { BulkMember, BulkRotation } from './state.ts';

type Cancelled = Pick<BulkRotation, 'bulkId' | 'cancelledBy' | 'because'>;
type Member = Pick<BulkMember, 'credentialId' | 'epoch'>;
type Deps = { readonly log: Pick<CommandLog, 'state' | 'submit'>; readonly newId: () => string };

/**
 * Whoever cancels a bulk rotation cancels its rotations that wait to be approved, as they might one by one (ADR-0043). What is approved
 * goes on, also where that came between.
 */
export const cancelUnapproved = async ({ log, newId }: Deps, bulk: Cancelled, { credentialId, epoch }: Member): Promise<void> => {
  const { bulkId, cancelledBy, because } = bulk;
  const stream = streamOf.credential(credentialId);
  if (cancelledBy === null || epoch === null || !waitsForApproval(await log.state(credentialFold, stream), epoch)) return;
  const { meta, ...job } = ownJob(newId());
  await log.submit(credentialFold, {
    ...job,
    meta: { ...meta, actor: cancelledBy, causationId: bulkId },
    stream,
    decide: (held, context) => {
      const state = leapingAfterRestore(held, context.incarnation);
      if (!waitsForApproval(state, epoch)) return ok({ events: [], verdict: {} });
      const decided = decide({ type: 'rotation.cancel', data: { epoch, reason: because ?? '', by: nameOf(cancelledBy) } }, state);
      return decided.ok ? ok({ events: decided.value, verdict: {} }) : decided;
    },
  });
};
