import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { describeFailure } from '../activities/failure.ts';
import { createWorkRounds, type WorkRounds } from '../rounds/work-rounds.ts';
import { settleCandidate, type SettleDeps } from './settle-candidate.ts';
import type { SettlePace } from './settle-pace.ts';
import { isReplaced, settleReplaced } from './settle-replaced.ts';
import { createUseWatches } from './use-watches.ts';

export type SettleRoundsDeps = SettleDeps & {
  readonly settlePace: SettlePace;
  /** Tells the tries to settle something apart. */
  readonly newId: () => string;
  /** How far the rounds are apart. */
  readonly everyMs: number;
};

/** Settles what failed rotations and changes left behind. `onFree`: one was tried, and others waited for that. */
export const createSettleRounds = ({ settlePace, newId, ...deps }: SettleRoundsDeps, onFree?: () => void): WorkRounds => {
  const { vault, log } = deps;
  const watches = createUseWatches();
  const due = (unsettled: readonly UnsettledCandidate[]): readonly UnsettledCandidate[] => {
    settlePace.keepOnly(unsettled);
    watches.keepOnly(unsettled);
    return unsettled.filter(settlePace.isDue);
  };
  /** False: it takes more rounds. */
  const settle = async (left: UnsettledCandidate, root: string): Promise<boolean> => {
    if (isReplaced(left)) return settleReplaced({ ...deps, watches }, left, root);
    await settleCandidate(deps, left, root);
    return true;
  };
  const attempt = async (candidate: UnsettledCandidate): Promise<void> => {
    const { credentialId, version, epoch } = candidate;
    try {
      if (await settle(candidate, newId())) log.info('ledger.settled', { credentialId, version, epoch });
    } catch (error) {
      settlePace.failed(candidate);
      log.warn('ledger.unsettled', { credentialId, version, epoch, ...describeFailure(error) });
    }
  };
  return createWorkRounds({ list: () => vault.listUnsettled(), due, attempt }, onFree);
};
