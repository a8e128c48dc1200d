import { recordingTracer } from '@keyturn/telemetry/testing';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../log/plan-batch.ts';
import { accessFold } from '../../folds.ts';
import { groupCommit } from './group-commit.ts';
import { tracedBatch, type TracedEntry } from './traced-batch.ts';

const entry: Entry = {
  fold: accessFold,
  job: {
    commandId: 'c',
    fingerprint: 'f',
    stream: 's',
    meta: { commandId: 'c', actor: { kind: 'person', id: 'ada' } },
    decide: () => ({ ok: true, value: { events: [], verdict: {} } }),
  },
};

describe('the span of a group commit', () => {
  it('is in the trace of its first command, and linked to the others; a command without a trace takes none over', async () => {
    const { tracer, spans } = recordingTracer();
    const write = tracedBatch(tracer, (entries) => Promise.resolve(entries.map(() => ({ answer: { ok: {}, repeated: false } }))));
    const batches = groupCommit<TracedEntry, unknown>({ size: 10, queued: 10, full: () => new Error('full'), write });
    const submit = () => batches.submit({ ...entry, trace: tracer.active() });
    await Promise.all([submit(), tracer.span('first', {}, submit), tracer.span('second', {}, submit)]);
    await submit();
    const [commit, first, second] = spans();
    expect(commit).toMatchObject({ name: 'log.group-commit', traceId: first!.traceId, attributes: { 'keyturn.commands': 3 } });
    expect(commit!.links).toEqual([{ traceId: second!.traceId, spanId: second!.spanId }]);
    expect(spans()).toHaveLength(3);
  });
});
