import type { Execution } from '../ports/execution.ts';
import type { StepRun } from '../rotation/rotation-run.ts';
import { report, stillNeeded, type ActivityDeps } from './activity.ts';

/** Has the vault ask the consumers to try the candidate; it chooses whom. */
export const askPreflight = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'ask-preflight');
  if (!step) return;
  const { credentialId, epoch, version } = step;
  await report(deps, execution, step, ['epoch.ask-preflight', { credentialId, epoch, version }]);
};

/** Waits until every asked consumer has answered, or one said no, or the time is over: the vault says which, as the next step. */
export const awaitPreflight = async (deps: ActivityDeps, run: StepRun, execution: Execution): Promise<void> => {
  for (;;) {
    const step = await stillNeeded(deps, run, 'await-preflight');
    if (!step) return;
    await execution.sleep(Math.max(1, Math.min(step.pollMs, step.remainingMs)));
  }
};
