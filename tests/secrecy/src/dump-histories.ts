import type { Client } from '@temporalio/client';
import { type Evidence, leavesOf } from './evidence.ts';

const NAMESPACE = 'default';

/** Writes down all that Temporal tells of every run: what `workflow show` and `workflow describe` print, with each payload as it was. */
export const dumpHistories = async ({ workflowService, workflow }: Client, evidence: Evidence): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { workflowId, runId } of workflow.list()) {
    ids.push(workflowId);
    const execution = { workflowId, runId };
    evidence.add(
      'histories',
      workflowId,
      ...leavesOf(await workflowService.describeWorkflowExecution({ namespace: NAMESPACE, execution })),
    );
    let nextPageToken: Uint8Array | null = null;
    do {
      const page: Page = await workflowService.getWorkflowExecutionHistory({ namespace: NAMESPACE, execution, nextPageToken });
      evidence.add('histories', ...leavesOf(page.history));
      nextPageToken = page.nextPageToken?.length ? page.nextPageToken : null;
    } while (nextPageToken);
  }
  return ids;
};

type Page = { readonly history?: unknown; readonly nextPageToken?: Uint8Array | null };
