import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { StepRefusal } from '../rotation/step-refusal.ts';
import { reasonOf, type PlannedStep } from '../rotation/planned-step.ts';
import { detailsOf } from '../rotation/runbook.ts';
import type { RotationRun } from '../rotation/rotation-run.ts';
import { SEARCH_ATTRIBUTES, serviceOf } from '../rotation/search-attributes.ts';

/** Shows in Temporal where the run stands: the vault's one sentence, what it was refused if it was, and what to filter by. */
export const showStep = (run: RotationRun, next: PlannedStep, refusal?: StepRefusal): void => {
  const why = refusal?.code ?? reasonOf(next);
  setCurrentDetails(detailsOf(next, why, refusal));
  const { credential, service, step, reason } = SEARCH_ATTRIBUTES;
  const shown = workflowInfo().typedSearchAttributes;
  const wanted = [
    { key: credential, value: run.credentialId },
    { key: service, value: serviceOf(next.address) },
    { key: step, value: next.step },
    { key: reason, value: why },
  ];
  const changed = wanted.filter(({ key, value }) => shown.get(key) !== value);
  if (changed.length > 0) upsertSearchAttributes(changed);
};
