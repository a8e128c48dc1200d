import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { otelTracer } from '../trace/otel-tracer.ts';
import { lineOf, type SpanLine } from '../trace/span-file.ts';
import type { Tracer } from '../trace/tracer.ts';

export type RecordingTracer = {
  readonly tracer: Tracer;
  /** What has ended so far, in that order. */
  readonly spans: () => SpanLine[];
};

/** A tracer that keeps its spans in memory, for tests. Tracers of one process share the active span, as real ones do. */
export const recordingTracer = (service = 'test'): RecordingTracer => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()); // changes nothing where there is one already
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { tracer: otelTracer(provider.getTracer(service)), spans: () => exporter.getFinishedSpans().map(lineOf) };
};
