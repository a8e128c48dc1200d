import { noTracer } from './tracer.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

/** Starts this process's tracing, as its environment says; once, before anything else is opened. */
export const startTracing = async (options: TracingOptions): Promise<Tracing> => {
  const { KEYTURN_TRACE_FILE: file, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = options.environment;
  if (!file && !endpoint) return { tracer: noTracer, otel: null, stop: () => Promise.resolve() };
  const { startOpenTelemetry } = await import('./start-open-telemetry.ts');
  return startOpenTelemetry(options);
};
