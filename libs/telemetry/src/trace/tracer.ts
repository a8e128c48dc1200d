/** A place in a trace that another span, here or in another process, can continue: W3C Trace Context. */
export type Trace = { readonly traceparent: string };

/** What a span says of its work: names, numbers, ids. Never a payload, a statement's parameters or anything secret. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export type SpanOptions = {
  /** `internal` if not said; the others are the ends of a call (`client`, `server`) or of a message (`producer`, `consumer`). */
  readonly kind?: 'internal' | 'client' | 'server' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
  /** What it continues; the active span if not said. `none` begins a new trace whatever is active. */
  readonly parent?: Trace | 'none' | undefined;
  /** Other traces that this work is done for. */
  readonly links?: readonly Trace[];
};

/** A span while its work runs. */
export interface Span {
  /** Where it is, for work that outlives the active context; undefined where nothing is traced. */
  readonly trace: Trace | undefined;
  set(attributes: SpanAttributes): void;
  /** Says that the work ended badly without a throw: a refusal's code, never a message. */
  fail(code: string): void;
}

/** Makes spans at seams that we name ourselves (ADR-0011). */
export interface Tracer {
  /**
   * Runs `work` inside a new span, which is active for everything that `work` starts, and ends when its promise settles. Of what is thrown
   * only the error's name and code are kept: messages may quote what they choked on.
   */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => T): T;
  /** The same, but only where there is a trace to continue; otherwise `work` just runs. So what nobody asked for fills no trace. */
  continue<T>(name: string, options: SpanOptions, work: (span: Span) => T): T;
  /** The active span, to continue elsewhere; undefined where nothing is traced. */
  active(): Trace | undefined;
  /** The active span as headers of an outgoing message; none where nothing is traced. */
  inject(): Readonly<Record<string, string>>;
}

/** The span of work that isn't traced. */
export const noSpan: Span = { trace: undefined, set: () => undefined, fail: () => undefined };

const NO_HEADERS = {};

/** Traces nothing, and costs a function call. */
export const noTracer: Tracer = {
  span: (_name, _options, work) => work(noSpan),
  continue: (_name, _options, work) => work(noSpan),
  active: () => undefined,
  inject: () => NO_HEADERS,
};

const TRACEPARENT = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** The trace that a message's headers ask to continue; undefined where they name none, or not in the W3C's form. */
export const extract = (headers: { readonly traceparent?: string | undefined }): Trace | undefined =>
  headers.traceparent !== undefined && TRACEPARENT.test(headers.traceparent) ? { traceparent: headers.traceparent } : undefined;
