import { describe, expect, it, vi } from 'vitest';
import { eventFeed } from '../clients/event-feed.ts';
import { bearer, testApp } from '../testing/test-app.ts';
import { openEventStream } from './event-stream.ts';

const ID = '0190c8a0-1111-7000-8000-000000000001';
const event = (position: number, credentialId: string | null = ID) => ({
  position,
  type: 't',
  at: '',
  credentialId,
  address: null,
  data: {},
});

const openAs = async (role: string, path = '/api/v1/events', headers: Record<string, string> = {}) => {
  const feed = eventFeed();
  feed.push(event(1));
  feed.push(event(2, null));
  feed.push(event(3));
  const response = await testApp({ feed }).app.request(path, { headers: { ...bearer(role), ...headers } });
  return { feed, response };
};
const idsIn = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

describe('GET /api/v1/events', () => {
  it('streams what happens, numbered by position', async () => {
    const { feed, response } = await openAs('auditor');
    feed.push(event(4));
    feed.close();
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(text).toContain(`id: 4\ndata: ${JSON.stringify(event(4))}\n\n`);
    expect(idsIn(text)).toEqual([4]);
  });
  it('resumes after the last event that the client saw', async () => {
    const { feed, response } = await openAs('admin', undefined, { 'last-event-id': '1' });
    feed.push(event(4));
    feed.close();
    expect(idsIn(await response.text())).toEqual([2, 3, 4]);
  });
  it('tells who was away too long to read anew', async () => {
    const { feed, response } = await openAs('admin', undefined, { 'last-event-id': '99' });
    feed.close();
    expect(await response.text()).toContain('event: resync\n');
  });
  it('tells one credential only, if asked', async () => {
    const { feed, response } = await openAs('admin', `/api/v1/events?credentialId=${ID}`, { 'last-event-id': '1' });
    feed.close();
    expect(idsIn(await response.text())).toEqual([3]);
  });
  it('is not for users', async () => {
    expect((await openAs('user')).response.status).toBe(403);
  });
  it('is opened so many times for each caller, and again when one of its streams is over', async () => {
    const { app } = testApp({ streamsPerCaller: 2 });
    const open = async (role: string): Promise<Response> => app.request('/api/v1/events', { headers: bearer(role) });
    const [first] = [await open('admin'), await open('admin')];
    const third = await open('admin');
    expect(third.headers.get('retry-after')).toBe('2');
    expect(await third.json()).toMatchObject({ status: 429, code: 'streams-used-up' });
    expect((await open('auditor')).status).toBe(200);
    await first.body?.cancel();
    expect([(await open('admin')).status, (await open('admin')).status]).toEqual([200, 429]);
  });
  it('costs its caller nothing when it was not opened', async () => {
    const feed = eventFeed({ remembered: 10, listeners: 1 });
    const { app } = testApp({ feed, streamsPerCaller: 2 });
    const open = async (): Promise<Response> => app.request('/api/v1/events', { headers: bearer('admin') });
    const first = await open();
    for (let tries = 0; tries < 3; tries += 1) expect(await (await open()).json()).toMatchObject({ code: 'too-many-streams' });
    await first.body?.cancel();
    expect((await open()).status).toBe(200);
  });
  it('is over when the gateway stops', async () => {
    const { feed } = await openAs('admin');
    feed.close();
    const response = await testApp({ feed }).app.request('/api/v1/events', { headers: bearer('admin') });
    expect(await response.json()).toMatchObject({ status: 503, code: 'events-unavailable' });
  });
});

describe('an event stream', () => {
  const request = { credentialId: null, after: null, lifetimeMs: 60_000, heartbeatMs: 10_000 };

  it('closes a reader that falls too far behind', async () => {
    const feed = eventFeed();
    const stream = openEventStream({ ...request, feed }) as ReadableStream<Uint8Array>;
    for (let position = 1; position <= 1000; position += 1) feed.push(event(position));
    const text = await new Response(stream).text();
    expect(idsIn(text).length).toBeLessThan(600);
  });

  it('beats while nothing happens, and ends with its session', async () => {
    vi.useFakeTimers();
    try {
      const stream = openEventStream({ ...request, feed: eventFeed(), lifetimeMs: 25_000 }) as ReadableStream<Uint8Array>;
      vi.advanceTimersByTime(30_000);
      expect((await new Response(stream).text()).match(/: beat/g)).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends at a beat once who opened it is signed out everywhere', async () => {
    vi.useFakeTimers();
    try {
      let isOver = false;
      const options = { ...request, feed: eventFeed(), isOver: async () => isOver };
      const stream = openEventStream(options) as ReadableStream<Uint8Array>;
      await vi.advanceTimersByTimeAsync(10_000);
      isOver = true;
      await vi.advanceTimersByTimeAsync(40_000);
      expect((await new Response(stream).text()).match(/: beat/g)).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is forgotten when its reader goes away', async () => {
    const feed = eventFeed({ remembered: 10, listeners: 1 });
    const stream = openEventStream({ ...request, feed }) as ReadableStream<Uint8Array>;
    expect(openEventStream({ ...request, feed })).toBe('full');
    await stream.cancel();
    expect(openEventStream({ ...request, feed })).toBeInstanceOf(ReadableStream);
  });
});
