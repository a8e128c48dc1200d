import { noTracer } from '@keyturn/telemetry';
import { recordingTracer } from '@keyturn/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { memoryNats } from './testing/index.ts';
import { spanNameOf } from './trace-subject.ts';
import { tracedBus } from './traced-bus.ts';

const REMOTE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const twoProcesses = () => {
  const nats = memoryNats();
  const [asking, answering] = [recordingTracer(), recordingTracer()];
  return { asking, answering, client: tracedBus(nats.bus(), asking.tracer), server: tracedBus(nats.bus(), answering.tracer) };
};

describe('a traced bus', () => {
  it('carries the trace from a request to whoever serves it', async () => {
    const { asking, answering, client, server } = twoProcesses();
    server.serve('keyturn.cmd.vault.rotation.request', {}, () => Promise.resolve({ refusal: { code: 'credential-unknown' } }));
    await asking.tracer.span('http', {}, () => client.request('keyturn.cmd.vault.rotation.request', {}, { timeoutMs: 1_000 }));
    const [sent, http] = asking.spans();
    const [served] = answering.spans();
    expect(sent).toMatchObject({ name: 'keyturn.cmd.vault.rotation.request request', kind: 'client', parentSpanId: http!.spanId });
    expect(served).toMatchObject({ name: 'keyturn.cmd.vault.rotation.request serve', kind: 'server', parentSpanId: sent!.spanId });
    expect(served).toMatchObject({ traceId: http!.traceId, failed: true, attributes: { 'error.type': 'credential-unknown' } });
  });

  it('carries the trace that a notice names to everyone who hears it', async () => {
    const { asking, answering, client, server } = twoProcesses();
    const heard = Promise.withResolvers<void>();
    server.subscribe('keyturn.evt.>', () => heard.resolve());
    client.publish('keyturn.evt.system.postgres.orders.credential.rotated', {}, { traceparent: REMOTE });
    await heard.promise;
    await Promise.resolve();
    const [sent] = asking.spans();
    expect(sent).toMatchObject({ name: 'keyturn.evt.credential.rotated publish', kind: 'producer', parentSpanId: 'b7ad6b7169203331' });
    expect(answering.spans()).toMatchObject([{ name: 'keyturn.evt.credential.rotated receive', parentSpanId: sent!.spanId }]);
  });

  it('makes no span for what belongs to no trace', async () => {
    const { asking, answering, client, server } = twoProcesses();
    server.serve('keyturn.sub.*.*.beat', {}, () => Promise.resolve({ ok: {} }));
    await client.request('keyturn.sub.orders.one.beat', {}, { timeoutMs: 1_000 });
    expect([asking.spans(), answering.spans()]).toEqual([[], []]);
  });

  it('is the bus itself where nothing is traced', () => {
    const bus = memoryNats().bus();
    expect(tracedBus(bus, noTracer)).toBe(bus);
  });

  it('puts no consumer, instance or address into a name', () => {
    expect(spanNameOf('keyturn.sub.orders.one.fetch')).toBe('keyturn.sub.fetch');
    expect(spanNameOf('keyturn.evt.system.postgres.orders.credential.rotated')).toBe('keyturn.evt.credential.rotated');
    expect(spanNameOf('keyturn.qry.vault.credential.get')).toBe('keyturn.qry.vault.credential.get');
  });
});
