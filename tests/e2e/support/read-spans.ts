import { readFileSync } from 'node:fs';
import type { SpanLine } from '@keyturn/telemetry';
import { inject } from 'vitest';

/** The spans of one trace that are finished by now. */
export const readSpans = (traceId: string): SpanLine[] =>
  readFileSync(inject('stack').traceFile, 'utf8')
    .split('\n')
    .slice(0, -1) // after the last line break: nothing, or a line that is being written
    .map((line) => JSON.parse(line) as SpanLine)
    .filter((span) => span.traceId === traceId);

/** `vault: append`, for failures that people can read. */
export const titleOf = ({ service, name }: SpanLine): string => `${service}: ${name}`;

/** From a span up to where its trace began, by titles. */
export const pathToRoot = (spans: readonly SpanLine[], from: SpanLine): string[] => {
  const parent = spans.find(({ spanId }) => spanId === from.parentSpanId);
  return [titleOf(from), ...(parent ? pathToRoot(spans, parent) : [])];
};
