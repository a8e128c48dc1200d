import { refuse } from '@keyturn/kernel';
import { exchangeOf, openApiContract } from '@keyturn/testkit/open-api';
import { describe, expect, it } from 'vitest';
import { eventFeed } from '../clients/event-feed.ts';
import { type Definition, readsKey } from '../endpoint.ts';
import { OutcomeUnknown, ServiceUnavailable } from '../faults.ts';
import type { ProblemCode } from '../problems.ts';
import { refusedBy } from './problems-of.ts';
import { AUTH_DEFINITIONS } from '../routes/auth.ts';
import { endpointsOf } from '../routes/index.ts';
import { memoryAudit, memoryVault } from '../testing/memory-services.ts';
import { PUBLIC_URL, bearer, json, testApp } from '../testing/test-app.ts';

const declared = endpointsOf({} as Parameters<typeof endpointsOf>[0]).map(({ definition }) => definition);
const named = (definitions: readonly Definition[]) => definitions.map((definition) => [definition.name, definition] as const);
type App = ReturnType<typeof testApp>['app'];

/** Somebody who may call it. */
const allowed = ({ access }: Definition): Record<string, string> => bearer(access === 'consumer' ? 'consumer' : 'admin');

/** The example's call, as a request. */
const callOf = (definition: Definition, headers: Record<string, string> = allowed(definition)): [string, RequestInit] => {
  const { method, path, example, ifMatch } = definition;
  const { params = {}, query = {}, body } = (example.takes ?? {}) as { params?: Record<string, string>; query?: object; body?: unknown };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? '');
  const search = new URLSearchParams(query as Record<string, string>);
  const sent = body === undefined ? { headers: {} } : json(body);
  return [
    `${PUBLIC_URL}${filled}?${search.toString()}`,
    {
      method: method.toUpperCase(),
      ...sent,
      headers: { ...sent.headers, ...(ifMatch !== undefined ? { 'if-match': '"1.9"' } : {}), ...headers },
    },
  ];
};

const closedFeed = () => {
  const feed = eventFeed();
  feed.close();
  return feed;
};

/** What the app must meet so that a call ends with the code. */
const buildMeeting = (code: ProblemCode): App => {
  if (code === 'events-unavailable') return testApp({ feed: closedFeed() }).app;
  if (code === 'streams-used-up') return testApp({ streamsPerCaller: 0 }).app;
  if (code === 'too-many-streams') return testApp({ feed: { ...eventFeed(), subscribe: () => ({ ok: false, why: 'full' }) } }).app;
  const down = code.endsWith('-unavailable') ? new ServiceUnavailable(code === 'audit-unavailable' ? 'audit' : 'vault') : null;
  const unknown = code === 'outcome-unknown' ? new OutcomeUnknown('no answer in time') : null;
  const reply = down ?? unknown ?? refuse({ code, issues: [] } as never);
  const replies = new Proxy({}, { get: () => reply });
  return testApp({ vault: memoryVault(replies), audit: memoryAudit(replies) }).app;
};

const built = new Map<ProblemCode, App>();

/** An app keeps nothing of a call but how many there were, and it takes a while to build. */
const appMeeting = (code: ProblemCode): App => {
  const app = built.get(code) ?? buildMeeting(code);
  built.set(code, app);
  return app;
};

describe('every operation keeps its word', () => {
  const withClosedFeed = testApp({ feed: closedFeed() }).app;
  const { app: open, sessionFor } = testApp();

  it.each(named(declared))('%s, when all is well and when it is not let in', async (_name, definition) => {
    const ok = definition.media === undefined ? withClosedFeed : open;
    const answered = await ok.request(...callOf(definition));
    expect(Object.keys(definition.answers)).toContain(String(answered.status));
    await answered.body?.cancel();
    if (definition.access === 'public') return;
    expect((await withClosedFeed.request(...callOf(definition, {}))).status).toBe(401);
    expect((await withClosedFeed.request(...callOf(definition, { authorization: 'Bearer forged' }))).status).toBe(401);
    const asNobody = await withClosedFeed.request(...callOf(definition, bearer('nobody')));
    expect(asNobody.status).toBe(definition.access === 'signed-in' ? 200 : 403);
  });

  const refusals = declared.flatMap((definition) => refusedBy(definition).map((code) => [definition.name, code, definition] as const));
  it.each(refusals)('%s, when the answer is %s', async (_name, code, definition) => {
    // Of whoever hears everything, the vault is asked nothing before the stream begins.
    const headers = definition.name === 'streamEvents' ? bearer('user') : allowed(definition);
    const response = await appMeeting(code).request(...callOf(definition, headers));
    expect(await response.json()).toMatchObject({ code });
  });

  it.each(named(declared))('%s, by the commands that it says it sends', async (_name, definition) => {
    const vault = memoryVault();
    const answered = await testApp({ vault }).app.request(...callOf(definition, { ...allowed(definition), 'idempotency-key': 'a-key' }));
    await answered.body?.cancel();
    const sent = vault.calls.flatMap(({ name, message }) => ('commandId' in (message as object) ? [name] : []));
    expect(definition.sends ?? []).toEqual(expect.arrayContaining(sent));
  });

  it.each(named(declared.filter(({ takes }) => 'body' in takes.shape)))('%s, when the request is wrong', async (_name, definition) => {
    const [url, init] = callOf(definition);
    const headers = { ...allowed(definition), 'content-type': 'application/json' };
    const wrong: RequestInit[] = [
      { headers, body: '{' },
      { headers: { ...headers, 'content-type': 'text/plain' }, body: 'x' },
      { headers, body: 'x'.repeat(300_000) },
      { headers, body: '{"no such field":1}' },
      { headers: { ...headers, 'idempotency-key': 'with space' }, body: init.body ?? null },
      { headers: { 'content-type': 'application/json', cookie: await sessionFor(['admin']) }, body: init.body ?? null },
    ];
    const statuses = await Promise.all(wrong.map(async (each) => (await open.request(url, { ...init, ...each })).status));
    const badKey = readsKey(definition) ? 400 : 200;
    expect(statuses).toEqual([400, 415, 413, 422, badKey, 403]);
  });

  it.each(named(AUTH_DEFINITIONS))('%s', async (name, definition) => {
    const down = testApp({ signIn: { begin: fail, complete: fail, endUrl: fail } }).app;
    const answered = [await open.request(...callOf(definition, {})), await down.request(...callOf(definition, {}))];
    expect({ name, statuses: answered.map(({ status }) => status) }).toEqual({ name, statuses: AUTH_STATUSES[name] });
  });
});

/** Of somebody who isn't signed in: while the provider is there, and while it isn't. */
const AUTH_STATUSES: Readonly<Record<string, readonly number[]>> = {
  beginSignIn: [302, 503],
  finishSignIn: [400, 400],
  signOut: [200, 200],
  signOutEverywhere: [401, 401],
};

const fail = (): Promise<never> => Promise.reject(new ServiceUnavailable('identity-provider'));

it('tells an answer that is not as documented', async () => {
  const contract = openApiContract(await (await testApp().app.request('/openapi.json')).json());
  const faults = async (status: number, body: unknown, url = '/api/v1/session'): Promise<readonly string[]> =>
    contract.violations(await exchangeOf('GET', url, Response.json(body, { status, headers: { 'x-request-id': 'no uuid' } })));
  expect(contract.unexercised()).toContain('readSession');
  expect((await faults(200, { id: 'a', extra: 1 })).join()).toMatch(/X-Request-Id.*format.*required.*additionalProperties/);
  expect(await faults(418, {})).toEqual([expect.stringContaining('the status is not documented')]);
  expect((await faults(401, {})).join()).toContain('content type application/json is not documented');
  expect(await faults(418, {}, '/nothing')).toEqual([]);
  expect(contract.unexercised()).not.toContain('readSession');
});
