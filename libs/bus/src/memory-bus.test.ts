import type { Reply } from '@keyturn/contracts';
import { describe, expect, it } from 'vitest';
import { NoResponders, RequestTimedOut, ServiceFault, ServiceUnavailable } from './faults.ts';
import { memoryNats } from './testing/index.ts';

const answer = (ok: unknown): Promise<Reply> => Promise.resolve({ ok });
const soon = { timeoutMs: 1000 };

describe('a request', () => {
  it('is answered by one server of a queue, each in turn', async () => {
    const nats = memoryNats();
    const seen: string[] = [];
    for (const name of ['a', 'b']) {
      nats.bus().serve('keyturn.qry.vault.>', { queue: 'vault' }, () => (seen.push(name), answer(name)));
    }
    const client = nats.bus();
    await client.request('keyturn.qry.vault.credential.list', {}, soon);
    await client.request('keyturn.qry.vault.credential.list', {}, soon);
    expect(seen.toSorted()).toEqual(['a', 'b']);
  });
  it('brings payload, headers and deadline', async () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const nats = memoryNats({ clock: { now: () => now } });
    nats.bus().serve('x.y', {}, ({ payload, headers, deadline }) => answer({ payload, trace: headers['traceparent'], deadline }));
    const reply = await nats.bus().request('x.y', { a: 1 }, { ...soon, headers: { traceparent: '00-ab-cd-01' } });
    expect(reply).toEqual({ ok: { payload: { a: 1 }, trace: '00-ab-cd-01', deadline: '2026-01-01T00:00:01.000Z' } });
  });
  it('fails at once where nobody answers', () => expect(memoryNats().bus().request('x', {}, soon)).rejects.toBeInstanceOf(NoResponders));
  it('fails at once while not connected', async () => {
    const nats = memoryNats();
    const bus = nats.bus();
    const seen: string[] = [];
    bus.onStatus((status) => seen.push(status));
    nats.setConnected(false);
    await expect(bus.request('x', {}, soon)).rejects.toBeInstanceOf(ServiceUnavailable);
    nats.setConnected(true);
    expect(seen).toEqual(['disconnected', 'connected']);
  });
  it('times out where the answer does not come', async () => {
    const nats = memoryNats();
    nats.bus().serve('x', {}, () => new Promise(() => undefined));
    await expect(nats.bus().request('x', {}, { timeoutMs: 5 })).rejects.toBeInstanceOf(RequestTimedOut);
  });
  it('gets a bare fault where the handler fails, and nothing of its message', async () => {
    const nats = memoryNats();
    nats.bus().serve('x', {}, () => Promise.reject(new Error('the password is hunter2')));
    const failed = await nats
      .bus()
      .request('x', {}, soon)
      .catch((fault: unknown) => fault);
    expect(failed).toBeInstanceOf(ServiceFault);
    expect(String(failed)).not.toContain('hunter2');
  });
  it('may be asked again where the handler says that it is not available', async () => {
    const nats = memoryNats();
    nats.bus().serve('x', {}, () => Promise.reject(Object.assign(new Error('no database'), { code: 'unavailable' })));
    await expect(nats.bus().request('x', {}, soon)).rejects.toBeInstanceOf(ServiceUnavailable);
  });
  it('is refused unsent when it is too large', async () => {
    const nats = memoryNats();
    let asked = 0;
    nats.bus().serve('x', {}, () => answer((asked += 1)));
    const reply = await nats.bus().request('x', 'a'.repeat(256 * 1024), soon);
    expect(reply).toMatchObject({ refusal: { code: 'message-invalid' } });
    expect(asked).toBe(0);
  });
  it('is not run when its deadline passed while it waited', async () => {
    let now = 0;
    const nats = memoryNats({ clock: { now: () => new Date(now) } });
    const run: unknown[] = [];
    const held = Promise.withResolvers<void>();
    nats.bus().serve('x', { concurrency: 1 }, async ({ payload }) => {
      run.push(payload);
      await held.promise;
      return { ok: null };
    });
    const first = nats.bus().request('x', 1, { timeoutMs: 10_000 });
    const second = nats.bus().request('x', 2, { timeoutMs: 5000 });
    now = 6000;
    held.resolve();
    await first;
    await expect(second).rejects.toThrow('after its deadline');
    expect(run).toEqual([1]);
  });
});

describe('a notice', () => {
  it('reaches every subscriber whose pattern covers it, one after another', async () => {
    const nats = memoryNats();
    const bus = nats.bus();
    const heard: unknown[] = [];
    const subscribed = ['keyturn.evt.system.*.orders.>', 'keyturn.evt.>', 'keyturn.evt.other.>'].map((pattern) =>
      bus.subscribe(pattern, ({ payload }) => void heard.push([pattern, payload])),
    );
    bus.publish('keyturn.evt.system.postgres.orders.credential.rotated', 1);
    await Promise.all(subscribed.map((each) => each.stop()));
    bus.publish('keyturn.evt.system.postgres.orders.credential.rotated', 2);
    expect(heard).toEqual([
      ['keyturn.evt.system.*.orders.>', 1],
      ['keyturn.evt.>', 1],
    ]);
  });
  it('does not stop the next one by failing', async () => {
    const bus = memoryNats().bus();
    const heard: unknown[] = [];
    const subscribed = bus.subscribe('x', ({ payload }) => {
      heard.push(payload);
      throw new Error('no');
    });
    bus.publish('x', 1);
    bus.publish('x', 2);
    await subscribed.stop();
    expect(heard).toEqual([1, 2]);
  });
});
