import { createRequire } from 'node:module';
import type { OtelParts } from '@keyturn/telemetry';
import type { ClientOptions } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry-v2/lib/client/index.js';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry-v2/lib/worker/index.js';
import type { WorkerOptions } from '@temporalio/worker';

/** The client's part: a run that it starts continues the active trace. */
export const tracedClient = ({ tracer }: OtelParts): Pick<ClientOptions, 'interceptors'> => ({
  interceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor({ tracer })] },
});

/** The worker's part: activities continue the run's trace, and what the workflows' sandbox traced gets out of it. */
export const tracedWorker = ({ tracer, processor, resource }: OtelParts): Pick<WorkerOptions, 'interceptors' | 'sinks'> => ({
  interceptors: {
    activity: [
      (context) => ({
        inbound: new OpenTelemetryActivityInboundInterceptor(context, { tracer }),
        outbound: new OpenTelemetryActivityOutboundInterceptor(context),
      }),
    ],
  },
  sinks: { exporter: makeWorkflowExporter(processor, resource) },
});

/** The workflows' part, which has to be in their bundle: a bundle made without it traces nothing, and nobody says so. */
export const TRACED_WORKFLOWS = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry-v2/lib/workflow-interceptors.js',
);
