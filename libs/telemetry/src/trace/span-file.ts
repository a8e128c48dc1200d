import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** One line of a trace file. */
export type SpanLine = {
  readonly traceId: string;
  readonly spanId: string;
  /** Null where the trace began. */
  readonly parentSpanId: string | null;
  readonly service: string;
  readonly instance: string | null;
  readonly name: string;
  readonly kind: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
};

/** Appends each finished span as one JSON line, to a file whose folder it makes. Several processes may share the file: a batch is one write at its end. */
export const spanFile = (path: string): SpanExporter => {
  let folder: Promise<unknown> | null = null;
  const append = async (spans: readonly ReadableSpan[]): Promise<ExportResult> => {
    try {
      await (folder ??= mkdir(dirname(path), { recursive: true }));
      await appendFile(path, spans.map((span) => `${JSON.stringify(lineOf(span))}\n`).join(''), { mode: 0o600 });
      return { code: ExportResultCode.SUCCESS };
    } catch (error) {
      return { code: ExportResultCode.FAILED, ...(error instanceof Error && { error }) };
    }
  };
  return {
    export: (spans, answer) => void append(spans).then(answer),
    shutdown: () => Promise.resolve(),
  };
};

/** What is kept of a span: no event and no message, which may quote what they are about. */
export const lineOf = (span: ReadableSpan): SpanLine => {
  const { traceId, spanId } = span.spanContext();
  const { attributes: about } = span.resource;
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? null,
    service: String(about['service.name']),
    instance: about['service.instance.id'] === undefined ? null : String(about['service.instance.id']),
    name: span.name,
    kind: SpanKind[span.kind].toLowerCase(),
    startedAt: new Date(hrTimeToMilliseconds(span.startTime)).toISOString(),
    elapsedMs: Math.round(hrTimeToMilliseconds(span.duration) * 1000) / 1000,
    failed: span.status.code === SpanStatusCode.ERROR,
    attributes: plain(span.attributes),
    links: span.links.map(({ context }) => ({ traceId: context.traceId, spanId: context.spanId })),
  };
};

/** Foreign spans (Temporal's) carry whole objects of their own: ids are enough here. */
const plain = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)));
