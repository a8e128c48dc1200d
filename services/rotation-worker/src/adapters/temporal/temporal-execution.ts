import { Context } from '@temporalio/activity';
import type { Execution } from '../../ports/execution.ts';

/** The execution of the activity that is running here. */
export const temporalExecution = (): Execution => {
  const context = Context.current();
  const { info } = context;
  let last: unknown = info.heartbeatDetails;
  const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
  return {
    id: `${workflowId}/${runId}/${info.activityId}`,
    attempt: info.attempt,
    remembered: info.heartbeatDetails,
    beat: (note) => {
      last = note ?? last;
      context.heartbeat(last);
    },
    sleep: (ms) => context.sleep(ms),
  };
};
