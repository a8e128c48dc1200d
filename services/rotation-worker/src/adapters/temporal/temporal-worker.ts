import type { Logger, OtelParts } from '@keyturn/telemetry';
import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../../activities/index.ts';
import { tracedWorker } from './traced-temporal.ts';

export type WorkerSettings = {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: Activities;
  readonly workflowBundle: WorkflowBundleOption;
  readonly log: Logger;
  /** With it, `workflowBundle` must be a traced one. */
  readonly otel?: OtelParts | null;
};

/** A worker that polls; `ended` settles when it polls no more, and rejects if that was nobody's wish. */
export type RunningWorker = { readonly ended: Promise<void>; readonly isPolling: () => boolean; readonly stop: () => Promise<void> };

/** Runs the workflows and activities. What a killed worker had in hand is taken over within seconds. */
export const runTemporalWorker = async ({ log, otel, ...settings }: WorkerSettings): Promise<RunningWorker> => {
  const worker = await Worker.create({
    ...settings,
    ...(otel && tracedWorker(otel)),
    shutdownGraceTime: '2 seconds',
    shutdownForceTime: '10 seconds',
    stickyQueueScheduleToStartTimeout: '2 seconds',
    maxHeartbeatThrottleInterval: '1 second',
  });
  const ended = worker.run();
  log.info('worker.polling', { taskQueue: settings.taskQueue, namespace: settings.namespace });
  return {
    ended,
    isPolling: () => worker.getState() === 'RUNNING',
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
};
