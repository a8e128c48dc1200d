import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { recordingTracer } from '../testing/index.ts';
import { extract, noTracer, type SpanAttributes } from './tracer.ts';

const CANARY = 'canary-9f2Kd81LmQ';
const REMOTE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

describe('a tracer', () => {
  it('makes what is started inside a span its child, over awaits too', async () => {
    const { tracer, spans } = recordingTracer();
    await tracer.span('outer', {}, async () => {
      await Promise.resolve();
      await tracer.span('inner', {}, () => Promise.resolve());
    });
    const [inner, outer] = spans();
    expect(inner).toMatchObject({ name: 'inner', parentSpanId: outer!.spanId, traceId: outer!.traceId });
    expect(outer!.parentSpanId).toBeNull();
  });

  it('continues the trace of another process, and hands it on', () => {
    const { tracer, spans } = recordingTracer();
    const headers = tracer.span('served', { kind: 'server', parent: extract(REMOTE) }, () => tracer.inject());
    const [served] = spans();
    expect(served).toMatchObject({ kind: 'server', traceId: REMOTE.traceparent.slice(3, 35), parentSpanId: 'b7ad6b7169203331' });
    expect(headers).toEqual({ traceparent: `00-${served!.traceId}-${served!.spanId}-01` });
  });

  it('continues only where there is something to continue, and lets nothing fall into another trace', () => {
    const { tracer, spans } = recordingTracer();
    tracer.continue('alone', {}, () => undefined);
    tracer.span('busy', {}, () => tracer.continue('unrelated', { parent: 'none' }, () => expect(tracer.active()).toBeUndefined()));
    tracer.continue('asked', { parent: REMOTE }, () => undefined);
    expect(spans().map(({ name }) => name)).toEqual(['busy', 'asked']);
  });

  it('respects a caller that does not want to be recorded', () => {
    const { tracer, spans } = recordingTracer();
    const unsampled = { traceparent: REMOTE.traceparent.replace(/01$/u, '00') };
    tracer.span('quiet', { parent: unsampled }, () => expect(tracer.inject()['traceparent']).toMatch(/-00$/u));
    expect(spans()).toEqual([]);
  });

  it('links a span to the others that it serves', () => {
    const { tracer, spans } = recordingTracer();
    tracer.span('batch', { links: [REMOTE] }, () => undefined);
    expect(spans()[0]!.links).toEqual([{ traceId: REMOTE.traceparent.slice(3, 35), spanId: 'b7ad6b7169203331' }]);
  });

  it('keeps the code of a fault, and not its words', async () => {
    const { tracer, spans } = recordingTracer();
    const fault = Object.assign(new Error(`password authentication failed for ${CANARY}`, { cause: CANARY }), { code: '28P01' });
    await expect(tracer.span('login', {}, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(() =>
      tracer.span('bug', {}, () => {
        throw new TypeError(CANARY);
      }),
    ).toThrow(TypeError);
    expect(spans().map(({ failed, attributes }) => ({ failed, ...attributes }))).toEqual([
      { failed: true, 'error.type': '28P01' },
      { failed: true, 'error.type': 'TypeError' },
    ]);
    expect(JSON.stringify(spans())).not.toContain(CANARY);
  });

  it('takes plain values only: what could hold a secret stays out', () => {
    const { tracer, spans } = recordingTracer();
    const mistaken = { secret: new Sensitive(CANARY), row: { password: CANARY }, list: [CANARY], fine: 1 } as unknown as SpanAttributes;
    tracer.span('mistaken', { attributes: mistaken }, (span) => span.set(mistaken));
    expect(spans()[0]!.attributes).toEqual({ fine: 1 });
  });

  it('costs a call where nothing is traced', () => {
    expect(noTracer.span('any', { attributes: { any: 1 } }, (span) => [span.trace, noTracer.active(), noTracer.inject()])).toEqual([
      undefined,
      undefined,
      {},
    ]);
  });
});

describe('a traceparent', () => {
  it.each([
    ['of another version', '01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['of no trace', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['of no span', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['in upper case', REMOTE.traceparent.toUpperCase()],
    ['with more behind it', `${REMOTE.traceparent}-x`],
    ['that is something else', 'hello'],
  ])('%s is not continued', (_name, traceparent) => expect(extract({ traceparent })).toBeUndefined());
});
