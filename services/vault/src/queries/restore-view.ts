import type { RestoreView } from '@keyturn/contracts/queries';
import type { VaultDeps } from '../deps.ts';
import { restoresFold, streamOf } from '../folds.ts';
import type { RecheckCounts } from '../ports/recheck-table.ts';
import { type Restore, unshredded } from '../restore/state.ts';

/** Named of those that failed, and of those whose provider can't be reached. */
const NAMED = 100;

const versions = (count: number): string => (count === 1 ? '1 current version' : `${count} current versions`);

const sentenceOf = ({ released }: Restore, owesShreds: boolean, { remaining, unreachable, failed }: RecheckCounts): string => {
  if (released && !owesShreds) return `Published. ${versions(failed)} failed the test: rotate or replace them.`;
  if (released) return 'Published by a person’s word; audit has not yet told what was deleted in the lost log.';
  const parts = [
    ...(owesShreds ? ['for audit to tell what was deleted in the lost log'] : []),
    ...(remaining - unreachable > 0 ? [`for the worker to test ${versions(remaining - unreachable)}`] : []),
    ...(unreachable > 0 ? [`for the providers of ${versions(unreachable)}, which can’t be reached`] : []),
  ];
  const waits = parts.length === 0 ? 'Everything is checked; it is about to be published' : `Waiting ${parts.join(', and ')}`;
  return `${waits}. Until then consumers are told nothing, and no rotation goes on.`;
};

/** How far it is after the newest restore; null where there never was one. */
export const restoreView = async (deps: VaultDeps): Promise<RestoreView | null> => {
  const restores = await deps.log.state(restoresFold, streamOf.log);
  const newest = restores.at(-1);
  if (!newest) return null;
  const { incarnation, restoredAt, by, reason, backedUpAt, head, shreds, released } = newest;
  const [counts, failed, unreachable] = await Promise.all([
    deps.rechecks.counts(incarnation),
    deps.rechecks.withOutcome(incarnation, 'failed', NAMED),
    deps.rechecks.withOutcome(incarnation, 'unreachable', NAMED),
  ]);
  return {
    incarnation,
    restoredAt,
    by,
    reason,
    backedUpAt,
    head,
    status: released ? 'released' : 'held',
    sentence: sentenceOf(newest, unshredded(restores).length > 0, counts),
    ...counts,
    failures: [...failed, ...unreachable],
    shreds,
    released: released && { at: released.at, by: released.by, reason: released.reason, unchecked: released.unchecked },
  };
};
