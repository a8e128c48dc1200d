import {
  context,
  type Attributes,
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { noSpan, type Span, type SpanAttributes, type SpanOptions, type Trace, type Tracer } from './tracer.ts';

const KINDS = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Our spans on OpenTelemetry's. Without a provider registered there, nothing is recorded. */
export const otelTracer = (tracer: OtelTracer): Tracer => {
  const span = <T>(name: string, options: SpanOptions, work: (span: Span) => T): T => {
    const parent = contextOf(options.parent);
    const own = tracer.startSpan(
      name,
      {
        kind: KINDS[options.kind ?? 'internal'],
        attributes: primitives(options.attributes ?? {}),
        links: (options.links ?? []).map((link) => ({ context: spanContextOf(link) })),
      },
      parent,
    );
    return context.with(trace.setSpan(parent, own), () => untilSettled(own, work));
  };
  return {
    span,
    continue: (name, options, work) => {
      const hasParent = options.parent === undefined ? active() !== undefined : options.parent !== 'none';
      if (hasParent) return span(name, options, work);
      // What belongs to no trace must not fall into the one that happens to be active, e.g. of the message before it.
      return options.parent === 'none' ? context.with(ROOT_CONTEXT, () => work(noSpan)) : work(noSpan);
    },
    active,
    inject: () => ({ ...active() }),
  };
};

const active = (): Trace | undefined => traceOf(trace.getSpanContext(context.active()));

const contextOf = (parent: SpanOptions['parent']): Context => {
  if (parent === undefined) return context.active();
  return parent === 'none' ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent));
};

/** A trace is well formed: `extract` and `active` make no others. */
const spanContextOf = ({ traceparent }: Trace): SpanContext => {
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
};

const traceOf = (spanContext: SpanContext | undefined): Trace | undefined =>
  spanContext && isSpanContextValid(spanContext)
    ? { traceparent: `00-${spanContext.traceId}-${spanContext.spanId}-${spanContext.traceFlags.toString(16).padStart(2, '0')}` }
    : undefined;

/** Only plain values: an object would be printed by whoever exports it, with all that it holds. */
const primitives = (attributes: SpanAttributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)));

const spanOf = (own: OtelSpan): Span => ({
  trace: traceOf(own.spanContext()),
  set: (attributes) => void own.setAttributes(primitives(attributes)),
  fail: (code) => void own.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR }),
});

const untilSettled = <T>(own: OtelSpan, work: (span: Span) => T): T => {
  const failed = (error: unknown): never => {
    own.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR });
    own.end();
    throw error;
  };
  let result: T;
  try {
    result = work(spanOf(own));
  } catch (error) {
    return failed(error);
  }
  if (!(result instanceof Promise)) {
    own.end();
    return result;
  }
  const settled = result.then((value: unknown) => {
    own.end();
    return value;
  }, failed);
  return settled as T;
};

/** A SQLSTATE, an errno or a refusal's code says more than the error's class. */
const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error.name;
};
