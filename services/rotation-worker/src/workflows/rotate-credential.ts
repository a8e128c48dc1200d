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
import { afterRefusal, isWaitedFor, isWaitedOut } from '../rotation/after-refusal.ts';
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

/** A worker of before this was released waited for ever. */
const isGivenUp = (next: PlannedStep, refusal: StepRefusal, waitedMs: number): boolean =>
  isWaitedOut(next, refusal, waitedMs) && patched('gives-up-a-throttle');

/**
 * Waits before what was refused is tried again, unless it is woken: the step finds out by itself whether it is still needed. Answers how long it has
 * waited for a provider that takes no calls.
 */
const waitAfter = async ({ step }: PlannedStep, { refusal, tries }: Stuck, isWoken: () => boolean): Promise<number> => {
  const wasWoken = await condition(isWoken, afterRefusal(step, refusal, tries).waitMs, { summary: refusal.sentence });
  return wasWoken ? 0 : (refusal.waitMs ?? 0);
};

/** Fails the rotation where it can't go on from what its step met. `waitedMs`: for a provider that takes no calls. */
const orFail = async (run: RotationRun, next: PlannedStep, { refusal, tries }: Stuck, waitedMs: number): Promise<void> => {
  if (isGivenUp(next, refusal, waitedMs)) await failRun(run, next, { ...refusal, sentence: `Waited for a day: ${refusal.sentence}` });
  else if (!isPatient(next, refusal) && afterRefusal(next.step, refusal, tries).fails) await failRun(run, next, refusal);
};

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
  let { row, waitedMs = 0 } = run;
  let stuck: Stuck | undefined;
  for (;;) {
    woken = false; // what wakes the run from here on may be newer than the answer
    const next = await ask.nextStep({ credentialId, epoch });
    if (stuck && stuck.key !== keyOf(next)) [stuck, waitedMs] = [undefined, 0];
    showStep(run, next, stuck?.refusal);
    if (next.step === 'closed') return { end: next.end ?? 'completed' };
    if (stuck) waitedMs += await waitAfter(next, stuck, () => woken);
    if (awaitsPerson(next.step)) await condition(() => woken, next.waitMs ?? 1_000, { summary: next.sentence });
    const performed = await performStep(run, next, row);
    row = performed.row;
    const { refusal } = performed;
    const counts = refusal?.waitMs === undefined ? 1 : 0;
    stuck = refusal && { key: keyOf(next), tries: (stuck?.tries ?? 0) + counts, refusal };
    if (stuck) await orFail(run, next, stuck, waitedMs);
    else waitedMs = 0;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof rotateCredential>({ credentialId, epoch, row, waitedMs });
  }
}
