import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { afterRefusal, isWaitedFor } from '../rotation/after-refusal.ts';
import type { StepRefusal } from '../rotation/step-refusal.ts';
import { awaitsPerson, failedAt, type PlannedStep } from '../rotation/planned-step.ts';
import { detailsOfFailed } from '../rotation/runbook.ts';
import { WAKE, type RotationEnd, type RotationRun } from '../rotation/rotation-run.ts';
import { performStep } from './perform-step.ts';
import { showStep } from './show-step.ts';
import { activitiesFor } from './step-options.ts';

const wake = defineSignal(WAKE);

type Stuck = { readonly key: string; readonly tries: number; readonly refusal: StepRefusal };

const keyOf = ({ step, version }: PlannedStep): string => `${step}/${version ?? ''}`;

/** What a person brought isn't given up because its provider can't be asked for a while. A worker of before this was released gave it up. */
const isPatient = (next: PlannedStep, refusal: StepRefusal): boolean =>
  isWaitedFor(next, refusal) && patched('waits-to-test-what-was-brought');

/** Closes the epoch as failed, and with it the run; returns only if the vault refuses, because then the rotation isn't over. */
const failRun = ({ credentialId, epoch }: RotationRun, next: PlannedStep, refusal: StepRefusal): Promise<void> =>
  CancellationScope.nonCancellable(async () => {
    const { code, sentence } = refusal;
    const { failRotation } = activitiesFor('closed', sentence);
    const { failed } = await failRotation({ credentialId, epoch, step: failedAt(next.step), reasonCode: code, sentence });
    if (failed) setCurrentDetails(detailsOfFailed(next, refusal));
    if (failed) throw Object.assign(ApplicationFailure.nonRetryable(sentence, code), { stack: '' });
  });

/**
 * Rotates one credential once: asks the vault what the epoch still needs, performs that step, asks again, until the epoch is closed.
 * It keeps nothing that it couldn't ask for anew, so it can die anywhere and be started again. Ends as failed where the rotation did.
 */
export async function rotateCredential(run: RotationRun): Promise<RotationEnd> {
  const { credentialId, epoch } = run;
  const ask = activitiesFor('closed', 'asks the vault what the epoch still needs');
  let woken = false;
  setHandler(wake, () => {
    woken = true;
  });
  let row = run.row;
  let stuck: Stuck | undefined;
  for (;;) {
    woken = false; // what wakes the run from here on may be newer than the answer
    const next = await ask.nextStep({ credentialId, epoch });
    if (stuck?.key !== keyOf(next)) stuck = undefined;
    showStep(run, next, stuck?.refusal);
    if (next.step === 'closed') return { end: next.end ?? 'completed' };
    if (stuck) {
      // Whatever woke it: the step finds out by itself whether it is still needed.
      await condition(() => woken, afterRefusal(next.step, stuck.refusal, stuck.tries).waitMs, { summary: stuck.refusal.sentence });
    }
    if (awaitsPerson(next.step)) await condition(() => woken, next.waitMs ?? 1_000, { summary: next.sentence });
    const performed = await performStep(run, next, row);
    row = performed.row;
    const { refusal } = performed;
    const counts = refusal?.waitMs === undefined ? 1 : 0;
    stuck = refusal && { key: keyOf(next), tries: (stuck?.tries ?? 0) + counts, refusal };
    if (stuck && !isPatient(next, stuck.refusal) && afterRefusal(next.step, stuck.refusal, stuck.tries).fails)
      await failRun(run, next, stuck.refusal);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof rotateCredential>({ credentialId, epoch, row });
  }
}
