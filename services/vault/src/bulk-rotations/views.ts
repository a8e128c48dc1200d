import type { BulkRotationSummary } from '@keyturn/contracts/queries';
import { type BulkRotation, countsOf } from './state.ts';

/** What is under way may all wait for somebody else's word: without it nothing else has its turn. */
const underWay = (running: number, unapproved: number): string => {
  if (unapproved === 0) return `${running} under way`;
  return `${running} under way (${unapproved === running ? 'all' : unapproved} waiting to be approved)`;
};

/** What the states of credentials and the other bulk rotations say of one. */
export type Known = {
  /** How many of those under way wait to be approved. */
  readonly unapproved: number;
  /** Where other bulk rotations take the places that its members wait for, and how many they have under way there. */
  readonly full: { readonly provider: string; readonly taken: number } | null;
};

const NOTHING_KNOWN: Known = { unapproved: 0, full: null };

const othersAt = ({ provider, taken }: NonNullable<Known['full']>): string =>
  `: other bulk rotations have ${taken} under way at ${provider}, which takes all places there`;

/** What it does, waits for, or came to. */
const sentenceOf = (bulk: BulkRotation, { unapproved, full }: Known): string => {
  const { total, waiting, running, completed, failed, skipped, cancelled } = countsOf(bulk);
  const through = total - waiting - running;
  switch (bulk.status) {
    case 'running':
      return `${through} of ${total} are through, ${underWay(running, unapproved)}, ${waiting} waiting${full ? othersAt(full) : ''}.`;
    case 'paused':
      return `Paused with ${waiting} waiting and ${underWay(running, unapproved)}: ${bulk.because ?? ''}`;
    case 'cancelled':
      return `Cancelled before ${cancelled} had their turn, ${underWay(running, unapproved)}: ${bulk.because ?? ''}`;
    case 'ended':
      return `${completed} completed, ${failed} failed, ${skipped} skipped, ${cancelled} cancelled.`;
  }
};

export const bulkSummary = (bulk: BulkRotation, known: Known = NOTHING_KNOWN): BulkRotationSummary => ({
  bulkId: bulk.bulkId,
  selection: bulk.selection,
  reason: bulk.reason,
  note: bulk.note,
  maxInFlight: bulk.maxInFlight,
  stopAfterFailures: bulk.stopAfterFailures,
  status: bulk.status,
  sentence: sentenceOf(bulk, known),
  requestedBy: bulk.requestedBy,
  requestedAt: bulk.requestedAt,
  endedAt: bulk.endedAt,
  counts: countsOf(bulk),
});
