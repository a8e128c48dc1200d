import { ok, type Result } from '@keyturn/kernel';
import type { Refusal } from '@keyturn/contracts';
import type { BulkRotationEvent } from '@keyturn/contracts/events';
import { bulkRotationFold, streamOf } from '../folds.ts';
import type { CommandLog, Decision, Job, Verdict, Write } from '../ports/command-log.ts';
import { type BulkCommand, decideBulk } from './decide.ts';
import { type BulkRotation, evolveBulkRotation } from './state.ts';

type BulkJob = Pick<Job<BulkRotation | null>, 'commandId' | 'fingerprint' | 'meta'> & {
  readonly bulkId: string;
  readonly command: BulkCommand;
  readonly verdict?: (after: BulkRotation) => Decision['verdict'];
};

/** The row of table `bulk_rotations` that belongs to the events' own transaction. */
const rowsOf = ({ bulkId, requestedAt }: BulkRotation, events: readonly BulkRotationEvent[]): Write[] =>
  events.some(({ type }) => type === 'bulk-rotation.ended') ? [{ kind: 'bulk-rotation', bulkId, requestedAt, isOpen: false }] : [];

/** Puts one command on a bulk rotation through the log. */
export const submitToBulk = (log: Pick<CommandLog, 'submit'>, { bulkId, command, verdict, ...job }: BulkJob): Promise<Verdict> =>
  log.submit(bulkRotationFold, {
    ...job,
    stream: streamOf.bulkRotation(bulkId),
    decide: (bulk, { now }): Result<Decision, Refusal> => {
      const decided = decideBulk(command, bulk);
      if (!decided.ok) return decided;
      const events = decided.value;
      if (bulk === null) return ok({ events, verdict: {} });
      const when = { at: now, actor: job.meta.actor };
      const after = events.reduce<BulkRotation>((state, event) => evolveBulkRotation(state, event, when) ?? state, bulk);
      return ok({ events, verdict: verdict?.(after) ?? {}, writes: rowsOf(bulk, events) });
    },
  });
