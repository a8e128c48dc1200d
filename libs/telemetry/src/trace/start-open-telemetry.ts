import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.ts';
import { otelTracer } from './otel-tracer.ts';
import { reportFailures } from './report-failures.ts';
import { spanFile } from './span-file.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

const FILE_DELAY_MS = 200;
const EXPORT_TIMEOUT_MS = 3_000;

/** Sets OpenTelemetry up for this process. In a file of its own because loading it takes a while, which nobody pays who traces nothing. */
export const startOpenTelemetry = ({ service, instance, environment, log }: TracingOptions): Tracing => {
  const processors = processorsFor(environment, log);
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'keyturn',
    ...(instance !== undefined && { 'service.instance.id': instance }),
  });
  const provider = new BasicTracerProvider({ resource, spanProcessors: processors });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer('keyturn');
  log.info('tracing.started', { to: processors.length === 2 ? 'file and collector' : targetIn(environment) });
  return {
    tracer: otelTracer(tracer),
    otel: { tracer, resource, processor: together(processors) },
    stop: () => provider.shutdown().catch((error: unknown) => log.warn('tracing.stopped-badly', { error })),
  };
};

const valueOf = (environment: TracingOptions['environment'], name: string): string | undefined => environment[name] || undefined;

const targetIn = (environment: TracingOptions['environment']): string =>
  valueOf(environment, 'KEYTURN_TRACE_FILE') === undefined ? 'collector' : 'file';

const processorsFor = (environment: TracingOptions['environment'], log: Logger): SpanProcessor[] => {
  const file = valueOf(environment, 'KEYTURN_TRACE_FILE');
  const endpoint = valueOf(environment, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const timeouts = { exportTimeoutMillis: EXPORT_TIMEOUT_MS };
  return [
    ...(file === undefined
      ? []
      : [new BatchSpanProcessor(reportFailures(spanFile(file), log), { ...timeouts, scheduledDelayMillis: FILE_DELAY_MS })]),
    ...(endpoint === undefined ? [] : [new BatchSpanProcessor(reportFailures(new OTLPTraceExporter(), log), timeouts)]),
  ];
};

/** Hands on finished spans that were made elsewhere; the provider flushes and ends the processors themselves. */
const together = (processors: readonly SpanProcessor[]): SpanProcessor => ({
  onStart: () => undefined,
  onEnd: (span) => processors.forEach((processor) => processor.onEnd(span)),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
});
