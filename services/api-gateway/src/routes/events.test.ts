import { isAllowed, type Reach, REACHES, type Role, ROLES } from '@keyturn/contracts/access';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it, vi } from 'vitest';
import { eventFeed } from '../clients/event-feed.ts';
import { SAMPLE_SUMMARY } from '../samples/credential.ts';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, NOW, testApp } from '../testing/test-app.ts';
import { openEventStream } from './event-stream.ts';

const ID = '0190c8a0-1111-7000-8000-000000000001';
const streamed = (position: number, credentialId: string | null = ID) => ({
  position,
  type: 't',
  at: '',
  credentialId,
  address: null,
  data: {},
});
const event = (...of: Parameters<typeof streamed>) => ({ position: of[0], read: () => streamed(...of) });

const openAs = async (role: string, path = '/api/v1/events', headers: Record<string, string> = {}) => {
  const feed = eventFeed();
  feed.push(event(1));
  feed.push(event(2, null));
  feed.push(event(3));
  const response = await testApp({ feed }).app.request(path, { headers: { ...bearer(role), ...headers } });
  return { feed, response };
};
/** Who an event is of, seen from the caller, and what of it is told. */
const SCOPES = { system: 'system', others: userScope('http://idp.test', 'sophie') } as const;
const heardBy = async (role: Role | 'none', reach: Reach): Promise<'all' | 'that it happened' | 'nothing'> => {
  const address = `${reach === 'own' ? userScope('http://idp.test', role) : SCOPES[reach]}.openai.mine`;
  const feed = eventFeed();
  const response = await testApp({ feed }).app.request('/api/v1/events', { headers: bearer(role) });
  if (response.status === 403) return 'nothing';
  feed.push({ position: 7, read: () => ({ ...streamed(7), address, data: { reason: 'billing is down' } }) });
  feed.close();
  const text = await response.text();
  if (idsIn(text).length === 0) return 'nothing';
  expect(text).toContain(ID);
  return text.includes('billing is down') ? 'all' : 'that it happened';
};
const cells = REACHES.flatMap((reach) => [...ROLES, 'none' as const].map((role) => [reach, role] as const));
const idsIn = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

describe('GET /api/v1/events', () => {
  it('streams what happens, numbered by position', async () => {
    const { feed, response } = await openAs('auditor');
    feed.push(event(4));
    feed.close();
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(text).toContain(`id: 4\ndata: ${JSON.stringify(streamed(4))}\n\n`);
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
  it('is not for somebody without a role, nor for a program', async () => {
    for (const caller of ['none', 'consumer']) expect((await openAs(caller)).response.status).toBe(403);
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

describe('what is heard of an event', () => {
  it.each(cells)('%s · %s is what the policy says', async (reach, role) => {
    const hears = isAllowed('event.hear', reach, [role]);
    const expected = hears && isAllowed('event.read', reach, [role]) ? 'all' : hears ? 'that it happened' : 'nothing';
    expect(await heardBy(role, reach)).toBe(expected);
  });

  it('is of no credential only that it happened to an operator: not who was refused, nor what they asked for', async () => {
    const feed = eventFeed();
    const response = await testApp({ feed }).app.request('/api/v1/events', { headers: bearer('operator') });
    const data = { recipient: 'consumer billing', refusalCode: 'grant-missing', times: 1 };
    feed.push({ position: 1, read: () => ({ ...streamed(1, null), type: 'access.refused', address: 'system.stripe.live', data }) });
    feed.close();
    const told = { position: 1, type: 'access.refused', at: '', credentialId: null, address: null, data: null };
    expect(await response.text()).toContain(`data: ${JSON.stringify(told)}\n`);
  });

  it('is of one’s own choices too, and of keys under an older system’s id', async () => {
    const own = userScope('http://idp.test', 'user');
    const legacy = legacyUserScope('old-user');
    const page = { items: [{ ...SAMPLE_SUMMARY, address: `${legacy}.openai.mine` }], nextCursor: null, total: 1, totalIsAtLeast: false };
    const feed = eventFeed();
    const vault = memoryVault({ 'credential.list': ok(page) });
    const response = await testApp({ feed, vault }).app.request('/api/v1/events', { headers: bearer('user') });
    feed.push({ position: 1, read: () => ({ ...streamed(1, null), data: { scope: own } }) });
    feed.push({ position: 2, read: () => ({ ...streamed(2, null), data: { scope: SCOPES.others } }) });
    feed.push({ position: 3, read: () => ({ ...streamed(3), address: `${legacy}.openai.mine` }) });
    feed.close();
    expect(idsIn(await response.text())).toEqual([1, 3]);
  });
});

describe('an event stream', () => {
  const request = {
    hearer: { roles: ['admin'], scopes: new Set<string>() },
    credentialId: null,
    after: null,
    lifetimeMs: 60_000,
    heartbeatMs: 10_000,
  };

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

  it.each([
    ['the token is refused', async () => refuse('token-invalid' as const)],
    ['nobody can be asked about the token', async () => Promise.reject(new Error('a bug'))],
  ])('ends at a beat once %s', async (_why, verdict) => {
    vi.useFakeTimers();
    try {
      let asked = 0;
      const caller = { id: 'admin', name: 'admin', kind: 'person' as const, roles: ['admin'], tier: null, via: 'bearer' as const };
      const taken = ok({ ...caller, expiresAt: NOW + 3_600_000 });
      const verifyBearer = async () => ((asked += 1) <= 2 ? taken : verdict());
      const response = await testApp({ verifyBearer }).app.request('/api/v1/events', { headers: bearer('admin') });
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await response.text()).match(/: beat/g)).toHaveLength(2);
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
