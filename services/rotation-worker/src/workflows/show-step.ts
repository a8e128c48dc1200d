import { patched, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { StepRefusal } from '../rotation/step-refusal.ts';
import { HELD, isHeld, reasonOf, type PlannedStep } from '../rotation/planned-step.ts';
import { detailsOf, detailsOfHeld } from '../rotation/runbook.ts';
import type { RotationRun } from '../rotation/rotation-run.ts';
import { SEARCH_ATTRIBUTES, serviceOf } from '../rotation/search-attributes.ts';

type Shown = { readonly step: string; readonly reason: string; readonly details: string };

const shownOf = (next: PlannedStep, refusal: StepRefusal | undefined): Shown => {
  // Runs of an earlier release showed the step that a held run goes on with.
  if (!refusal && isHeld(next) && patched('held-is-shown')) return { ...HELD, details: detailsOfHeld(next) };
  const reason = refusal?.code ?? reasonOf(next);
  return { step: next.step, reason, details: detailsOf(next, reason, refusal) };
};

/** Shows in Temporal where the run stands: the vault's one sentence, what it was refused if it was, and what to filter by. */
export const showStep = (run: RotationRun, next: PlannedStep, refusal?: StepRefusal): void => {
  const is = shownOf(next, refusal);
  setCurrentDetails(is.details);
  const { credential, service, step, reason } = SEARCH_ATTRIBUTES;
  const shown = workflowInfo().typedSearchAttributes;
  const wanted = [
    { key: credential, value: run.credentialId },
    { key: service, value: serviceOf(next.address) },
    { key: step, value: is.step },
    { key: reason, value: is.reason },
  ];
  const changed = wanted.filter(({ key, value }) => shown.get(key) !== value);
  if (changed.length > 0) upsertSearchAttributes(changed);
};
