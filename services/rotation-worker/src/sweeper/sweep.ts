import { describeFailure } from '../activities/failure.ts';
import { goRound } from '../rounds/go-round.ts';
import { createRestarts, type RestartDeps } from './restart-lost.ts';
import { createSettleRounds, type SettleRoundsDeps } from './settle-rounds.ts';

export type SweeperDeps = SettleRoundsDeps & RestartDeps;
export type Sweeper = { readonly stop: () => Promise<void> };

/**
 * Starts lost rotations again, and settles what failed ones and changes left behind, both now and again until it is stopped. Neither waits for the other:
 * a provider that doesn't answer keeps no rotation from going on.
 */
export const startSweeper = (deps: SweeperDeps): Sweeper => {
  const { everyMs } = deps;
  const sweep = (name: string, look: () => Promise<void>) => (): Promise<void> =>
    look().catch((error: unknown) => deps.log.warn('sweep.failed', { sweep: name, ...describeFailure(error) }));
  const debts = createSettleRounds(deps, () => settling.hint());
  const restarting = goRound(sweep('restart-lost', createRestarts(deps)), everyMs);
  const settling = goRound(sweep('settle', debts.look), everyMs);
  return {
    stop: async () => {
      await Promise.all([restarting.stop(), settling.stop()]);
      await debts.idle();
    },
  };
};
