import type { Trace, Tracer } from '@keyturn/telemetry';
import type { Entry } from '../../log/plan-batch.ts';
import type { AppendBatch } from './append-batch.ts';

/** A job beside the span in which it was submitted. */
export type TracedEntry = Entry & { readonly trace: Trace | undefined };

/** One span for a batch: in the trace of the first command that has one, and linked to all the others that it serves. */
export const tracedBatch =
  (tracer: Tracer, append: AppendBatch) =>
  (entries: readonly TracedEntry[], goAhead: () => void): ReturnType<AppendBatch> => {
    const [parent, ...links] = entries.flatMap(({ trace }) => trace ?? []);
    const attributes = { 'keyturn.commands': entries.length };
    return tracer.continue('log.group-commit', { parent: parent ?? 'none', links, attributes }, () => append(entries, goAhead));
  };
