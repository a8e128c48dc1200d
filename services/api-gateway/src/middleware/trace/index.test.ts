import { recordingTracer } from '@keyturn/telemetry/testing';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { EdgeEnv } from '../../edge.ts';
import { traceRequest } from './index.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CANARY = 'canary-4Hs82kQpL1';

const traced = () => {
  const recording = recordingTracer();
  const app = new Hono<EdgeEnv>();
  app.use(traceRequest(recording.tracer));
  app.post('/api/v1/things/:id/turns', (c) => c.json({ active: recording.tracer.active()?.traceparent }, 201));
  app.get('/api/v1/broken', () => {
    throw new Error(CANARY);
  });
  app.onError((_fault, c) => c.body(null, 500));
  app.get('/healthz', (c) => c.text('ok'));
  return { ...recording, app };
};

describe('a traced request', () => {
  it('is a span in the trace that it names, active while it is answered, and told in the answer', async () => {
    const { app, spans } = traced();
    const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
    const response = await app.request(`/api/v1/things/7/turns?code=${CANARY}`, { method: 'POST', headers, body: CANARY });
    const [span] = spans();
    const where = `00-${TRACE}-${span!.spanId}-01`;
    expect(await response.json()).toEqual({ active: where });
    expect(response.headers.get('traceresponse')).toBe(where);
    expect(span).toMatchObject({ name: 'HTTP POST', kind: 'server', parentSpanId: 'b7ad6b7169203331', failed: false });
    expect(span!.attributes).toMatchObject({ 'http.route': '/api/v1/things/:id/turns', 'http.response.status_code': 201 });
    expect(JSON.stringify(span)).not.toContain(CANARY);
  });

  it('begins a trace of its own where it names none, or none that is well formed', async () => {
    const { app, spans } = traced();
    await app.request('/api/v1/things/7/turns', { method: 'POST', headers: { traceparent: 'nonsense' } });
    expect(spans()[0]).toMatchObject({ parentSpanId: null });
  });

  it('failed where the gateway did', async () => {
    const { app, spans } = traced();
    expect((await app.request('/api/v1/broken')).status).toBe(500);
    expect(spans()[0]).toMatchObject({ failed: true, attributes: { 'error.type': '500' } });
    expect(JSON.stringify(spans())).not.toContain(CANARY);
  });

  it('is no health check', async () => {
    const { app, spans } = traced();
    const response = await app.request('/healthz');
    expect([spans(), response.headers.get('traceresponse')]).toEqual([[], null]);
  });
});
