import { trace } from '@opentelemetry/api';
import { otelTracer } from './otel-tracer.ts';
import type { Tracer } from './tracer.ts';

/** Spans in whatever OpenTelemetry the application has set up; none where it has set up nothing. What a library takes by default. */
export const openTelemetry = (library: string): Tracer => otelTracer(trace.getTracer(library));
