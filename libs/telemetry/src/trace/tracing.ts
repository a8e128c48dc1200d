import type { Tracer as OtelTracer } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.ts';
import type { Tracer } from './tracer.ts';

export type TracingOptions = {
  readonly service: string;
  /** Which process of it. */
  readonly instance?: string | undefined;
  /**
   * `OTEL_EXPORTER_OTLP_ENDPOINT` sends spans there (OTLP over HTTP; the SDK's own `OTEL_*` variables hold too); `KEYTURN_TRACE_FILE`
   * appends each finished one to a file as a line of JSON; both do both. Without either nothing is traced.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
};

/** What other instrumentation needs to put its spans into the same traces (Temporal's interceptors). */
export type OtelParts = { readonly tracer: OtelTracer; readonly processor: SpanProcessor; readonly resource: Resource };

export type Tracing = {
  readonly tracer: Tracer;
  /** Null where nothing is traced. */
  readonly otel: OtelParts | null;
  /** Sends what has ended; for at most a few seconds. Call it last. */
  readonly stop: () => Promise<void>;
};
