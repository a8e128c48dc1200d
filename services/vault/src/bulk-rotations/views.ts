import type { BulkRotationSummary } from '@keyturn/contracts/queries';
import { type BulkRotation, countsOf } from './state.ts';

/** What it does, waits for, or came to. */
const sentenceOf = (bulk: BulkRotation): string => {
  const { total, waiting, running, completed, failed, skipped, cancelled } = countsOf(bulk);
  const through = total - waiting - running;
  switch (bulk.status) {
    case 'running':
      return `${through} of ${total} are through, ${running} under way, ${waiting} waiting.`;
    case 'paused':
      return `Paused with ${waiting} waiting and ${running} under way: ${bulk.because ?? ''}`;
    case 'cancelled':
      return `Cancelled before ${cancelled} had their turn, ${running} go on to their end: ${bulk.because ?? ''}`;
    case 'ended':
      return `${completed} completed, ${failed} failed, ${skipped} skipped, ${cancelled} cancelled.`;
  }
};

export const bulkSummary = (bulk: BulkRotation): BulkRotationSummary => ({
  bulkId: bulk.bulkId,
  selection: bulk.selection,
  reason: bulk.reason,
  note: bulk.note,
  maxInFlight: bulk.maxInFlight,
  stopAfterFailures: bulk.stopAfterFailures,
  status: bulk.status,
  sentence: sentenceOf(bulk),
  requestedBy: bulk.requestedBy,
  requestedAt: bulk.requestedAt,
  endedAt: bulk.endedAt,
  counts: countsOf(bulk),
});
