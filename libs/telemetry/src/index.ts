export { jsonLogger, silentLogger, type Fields, type Logger } from './logger.ts';
export { openTelemetry } from './trace/open-telemetry.ts';
export type { SpanLine } from './trace/span-file.ts';
export { startTracing } from './trace/start-tracing.ts';
export type { OtelParts, Tracing, TracingOptions } from './trace/tracing.ts';
export { extract, noSpan, noTracer, type Span, type SpanAttributes, type SpanOptions, type Trace, type Tracer } from './trace/tracer.ts';
