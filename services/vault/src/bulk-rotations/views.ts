import type { BulkRotationSummary } from '@keyturn/contracts/queries';
import { type BulkRotation, countsOf } from './state.ts';

/** What is under way may all wait for somebody else's word: without it nothing else has its turn. */
const underWay = (running: number, unapproved: number): string => {
  if (unapproved === 0) return `${running} under way`;
  return `${running} under way (${unapproved === running ? 'all' : unapproved} waiting to be approved)`;
};

/** What it does, waits for, or came to. */
const sentenceOf = (bulk: BulkRotation, unapproved: number): string => {
  const { total, waiting, running, completed, failed, skipped, cancelled } = countsOf(bulk);
  const through = total - waiting - running;
  switch (bulk.status) {
    case 'running':
      return `${through} of ${total} are through, ${underWay(running, unapproved)}, ${waiting} waiting.`;
    case 'paused':
      return `Paused with ${waiting} waiting and ${underWay(running, unapproved)}: ${bulk.because ?? ''}`;
    case 'cancelled':
      return `Cancelled before ${cancelled} had their turn, ${running} go on to their end: ${bulk.because ?? ''}`;
    case 'ended':
      return `${completed} completed, ${failed} failed, ${skipped} skipped, ${cancelled} cancelled.`;
  }
};

/** `unapproved`: how many of those under way wait to be approved. */
export const bulkSummary = (bulk: BulkRotation, unapproved: number): BulkRotationSummary => ({
  bulkId: bulk.bulkId,
  selection: bulk.selection,
  reason: bulk.reason,
  note: bulk.note,
  maxInFlight: bulk.maxInFlight,
  stopAfterFailures: bulk.stopAfterFailures,
  status: bulk.status,
  sentence: sentenceOf(bulk, unapproved),
  requestedBy: bulk.requestedBy,
  requestedAt: bulk.requestedAt,
  endedAt: bulk.endedAt,
  counts: countsOf(bulk),
});
