import { proxyActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/common';
import type { StepName } from '@keyturn/contracts/queries';
import type { Activities } from '../activities/index.ts';
import { isBeforeCommit } from '../rotation/planned-step.ts';

/** Faults are tried again for as long as they last; a worker that was killed is noticed by its missing heartbeats. */
const UNTIL_DONE: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '3 seconds' },
};

/** Before the commit, faults of the provider that never end become a clean failure. */
const PATIENCE_BEFORE_COMMIT = '15 minutes';
const WATCH_MARGIN_MS = 60_000;

const optionsOf = (step: StepName, waitMs: number): ActivityOptions => {
  if (step === 'watch' || step === 'await-preflight') return { ...UNTIL_DONE, startToCloseTimeout: waitMs + WATCH_MARGIN_MS };
  return isBeforeCommit(step) ? { ...UNTIL_DONE, scheduleToCloseTimeout: PATIENCE_BEFORE_COMMIT } : UNTIL_DONE;
};

/** The activities, with the patience that the step deserves; the summary is what Temporal's UI shows of the call. */
export const activitiesFor = (step: StepName, summary: string, waitMs = 0): ActivityInterfaceFor<Activities> =>
  proxyActivities<Activities>({ ...optionsOf(step, waitMs), summary });
