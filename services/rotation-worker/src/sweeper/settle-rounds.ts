import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { describeFailure } from '../activities/failure.ts';
import { createWorkRounds, type WorkRounds } from '../rounds/work-rounds.ts';
import { settleCandidate, type SettleDeps } from './settle-candidate.ts';
import type { SettlePace } from './settle-pace.ts';
import { isReplaced, settleReplaced } from './settle-replaced.ts';

export type SettleRoundsDeps = SettleDeps & {
  readonly settlePace: SettlePace;
  /** Tells the tries to settle something apart. */
  readonly newId: () => string;
};

/** Settles what failed rotations and changes left behind. `onFree`: one was tried, and others waited for that. */
export const createSettleRounds = ({ settlePace, newId, ...deps }: SettleRoundsDeps, onFree?: () => void): WorkRounds => {
  const { vault, log } = deps;
  const due = (unsettled: readonly UnsettledCandidate[]): readonly UnsettledCandidate[] => {
    settlePace.keepOnly(unsettled);
    return unsettled.filter(settlePace.isDue);
  };
  const settle = (left: UnsettledCandidate, root: string): Promise<void> =>
    isReplaced(left) ? settleReplaced(deps, left, root) : settleCandidate(deps, left, root);
  const attempt = async (candidate: UnsettledCandidate): Promise<void> => {
    const { credentialId, version, epoch } = candidate;
    try {
      await settle(candidate, newId());
      log.info('ledger.settled', { credentialId, version, epoch });
    } catch (error) {
      settlePace.failed(candidate);
      log.warn('ledger.unsettled', { credentialId, version, epoch, ...describeFailure(error) });
    }
  };
  return createWorkRounds({ list: () => vault.listUnsettled(), due, attempt }, onFree);
};
