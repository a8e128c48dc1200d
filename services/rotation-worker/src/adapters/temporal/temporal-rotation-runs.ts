import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { RotationRuns, RunRequest } from '../../ports/rotation-runs.ts';
import { WAKE, workflowIdOf } from '../../rotation/rotation-run.ts';
import { SEARCH_ATTRIBUTES, serviceOf } from '../../rotation/search-attributes.ts';
import type { rotateCredential } from '../../workflows/index.ts';
import { hasStatus } from './grpc-status.ts';
import { registerSearchAttributes } from './register-search-attributes.ts';

const attributesOf = ({ credentialId, address, reason }: RunRequest) => [
  { key: SEARCH_ATTRIBUTES.credential, value: credentialId },
  { key: SEARCH_ATTRIBUTES.step, value: 'requested' },
  ...(address ? [{ key: SEARCH_ATTRIBUTES.service, value: serviceOf(address) }] : []),
  ...(reason ? [{ key: SEARCH_ATTRIBUTES.requestReason, value: reason }] : []),
];

/** Rotations as Temporal workflows. An emptied Temporal has forgotten our search attributes too: then they are registered again. */
export const temporalRotationRuns = ({
  client,
  namespace,
  taskQueue,
}: {
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueue: string;
}): RotationRuns => {
  const startOnce = async (request: RunRequest, unlessEnded: boolean): Promise<string> => {
    const { credentialId, epoch, address = credentialId } = request;
    const handle = await client.workflow.start<typeof rotateCredential>('rotateCredential', {
      workflowId: workflowIdOf(request),
      taskQueue,
      args: [{ credentialId, epoch }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: unlessEnded ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
      // A task that a killed worker took is given to the next one after this; ten seconds by default.
      workflowTaskTimeout: '5 seconds',
      typedSearchAttributes: attributesOf(request),
      staticSummary: `Rotates ${address}, epoch ${epoch}`,
      staticDetails: `Credential \`${address}\`, \`${credentialId}\`. The vault decides what the epoch still needs; this run asks, performs that step, and asks again.`,
    });
    return handle.firstExecutionRunId;
  };
  return {
    start: async (request, { unlessEnded = false } = {}) => {
      try {
        return { runId: await startOnce(request, unlessEnded) };
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return { runId: undefined };
        if (!hasStatus(error, 'invalidArgument')) throw error;
        await registerSearchAttributes(client.connection, namespace);
        return { runId: await startOnce(request, unlessEnded) };
      }
    },
    wake: async (epoch) => {
      try {
        await client.workflow.getHandle(workflowIdOf(epoch)).signal(WAKE);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
};
