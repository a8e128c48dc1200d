import type { Execution } from '../ports/execution.ts';
import type { EpochId } from '../ports/vault.ts';
import { askVault, report, stillNeeded, type ActivityDeps } from './activity.ts';
import { commandIdOf } from './command-id.ts';
import { planStep, type PlannedStep } from '../rotation/planned-step.ts';
import { presentable } from '../rotation/scrub.ts';

/** What the epoch still needs, as far as the workflow may know it. */
export const nextStep = async (deps: ActivityDeps, run: EpochId): Promise<PlannedStep> =>
  planStep(await askVault(deps, run), deps.runbookUrl);

export const completeRotation = async (deps: ActivityDeps, run: EpochId, execution: Execution): Promise<void> => {
  const step = await stillNeeded(deps, run, 'complete');
  if (!step) return;
  const { credentialId, epoch } = step;
  await report(deps, execution, step, ['epoch.complete', { credentialId, epoch }]);
};

export type FailedRun = EpochId & { readonly step: string; readonly reasonCode: string; readonly sentence: string };

/** Closes the epoch as failed; what it left at the provider is in the ledger. Says no if the vault refuses, e.g. after a commit. */
export const failRotation = async (
  { vault }: ActivityDeps,
  { credentialId, epoch, step, reasonCode, sentence }: FailedRun,
  execution: Execution,
): Promise<{ readonly failed: boolean }> => {
  const data = { credentialId, epoch, step, reasonCode, sentence: presentable(sentence) };
  const closed = await vault.report('epoch.fail', data, { commandId: commandIdOf(execution.id, data) });
  return { failed: closed.ok };
};
