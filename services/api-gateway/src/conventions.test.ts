import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from './faults.ts';
import { endpointsOf } from './routes/index.ts';
import { memoryVault } from './testing/memory-services.ts';
import { bearer, PUBLIC_URL, testApp } from './testing/test-app.ts';

const EVIL = 'https://evil.test';
const LIST = '/api/v1/admin/credentials';

const { app } = testApp();
const down = testApp({ vault: memoryVault({ 'credential.list': new ServiceUnavailable('vault') }) }).app;

/** One answer of each kind. */
const ANSWERS: Readonly<Record<string, () => Response | Promise<Response>>> = {
  'a read': () => app.request(LIST, { headers: bearer('admin') }),
  'a read without a token': () => app.request(LIST),
  'a read without the role': () => app.request(LIST, { headers: bearer('user') }),
  'a route that is not there': () => app.request('/api/v1/nothing', { headers: bearer('admin') }),
  'a method that is not there': () => app.request(LIST, { method: 'DELETE', headers: bearer('admin') }),
  'a body that does not fit': () => app.request(LIST, { method: 'POST', headers: bearer('admin') }),
  'a vault that is down': () => down.request(LIST, { headers: bearer('admin') }),
  'the health': () => app.request('/healthz'),
  'a redirect to the provider': () => app.request(`${PUBLIC_URL}/auth/login`),
  'a page that is not there': () => app.request('/somewhere'),
};
const kinds = Object.entries(ANSWERS);

describe('every answer', () => {
  it.each(kinds)('has a request id of its own: %s', async (_kind, ask) => {
    const ids = [(await ask()).headers.get('x-request-id'), (await ask()).headers.get('x-request-id')];
    expect(ids).toEqual([expect.stringMatching(/^[\w-]{36}$/u), expect.stringMatching(/^[\w-]{36}$/u)]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it.each(kinds)('allows a browser nothing that it doesn’t need, and nobody to keep or frame it: %s', async (_kind, ask) => {
    const { headers } = await ask();
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'/u);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe-inline|unsafe-eval|\*/u);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toContain('no-store');
  });

  it('that can be had later says when', async () => {
    expect((await ANSWERS['a vault that is down']!()).headers.get('retry-after')).toMatch(/^\d+$/u);
  });
});

describe('another site', () => {
  const corsHeaders = (response: Response): string[] => [...response.headers.keys()].filter((name) => name.startsWith('access-control'));

  it('may read no answer', async () => {
    for (const path of [LIST, '/healthz', '/openapi.json', '/api/v1/sealing-keys']) {
      const response = await app.request(path, { headers: { ...bearer('admin'), origin: EVIL } });
      expect(corsHeaders(response)).toEqual([]);
      expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });

  it('gets no leave to send what isn’t simple', async () => {
    const headers = { origin: EVIL, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    const response = await app.request(LIST, { method: 'OPTIONS', headers });
    expect(response.ok).toBe(false);
    expect(corsHeaders(response)).toEqual([]);
  });
});

describe('a write of what somebody may have changed', () => {
  const definitions = endpointsOf({} as Parameters<typeof endpointsOf>[0]).map(({ definition }) => definition);
  /** They can't be late: what they end, or say once, stays ended or said. */
  const WITHOUT = ['mapLegacyUser', 'revokeApiToken', 'revokeSessions'];
  /** ADR-0033: those of an older system's clients. */
  const OPTIONAL = ['changeOwnKey', 'deleteOwnKey', 'deleteOwnKeyByOlderPath'];

  it('wants If-Match, but for what is named here', () => {
    const writes = definitions.filter(({ method }) => ['put', 'patch', 'delete'].includes(method));
    expect(writes.filter(({ ifMatch }) => ifMatch === undefined).map(({ name }) => name)).toEqual(WITHOUT);
    expect(definitions.filter(({ ifMatchIsOptional }) => ifMatchIsOptional).map(({ name }) => name)).toEqual(OPTIONAL);
  });

  it('is of what is read with an ETag', () => {
    const read = new Set(definitions.filter(({ tells }) => tells?.includes('ETag')).map(({ path }) => path));
    const written = definitions.filter(({ ifMatch }) => ifMatch === 'resource-changed').map(({ path }) => path); // parts of a credential have the ETag of the whole
    expect(written.filter((path) => !read.has(path))).toEqual([]);
    const parts = definitions.filter(({ ifMatch }) => ifMatch === 'credential-changed').map(({ path }) => path);
    const readable = definitions.filter(({ method, path }) => method === 'get' && parts.includes(path)).map(({ path }) => path);
    // The versions are read as what was; whoever adds one has read the credential.
    expect(readable.filter((path) => !read.has(path))).toEqual(['/api/v1/admin/credentials/{credentialId}/versions']);
  });
});

describe('a method that is not there', () => {
  it.each([
    ['PATCH', '/api/v1/admin/credentials/export', 'GET'],
    ['GET', '/api/v1/admin/credentials/test', 'POST'],
    ['PATCH', '/api/v1/byok/keys/add', 'POST'],
    ['PUT', '/api/v1/execution-servers/resolve', 'GET'],
    ['DELETE', '/auth/login', 'GET'],
    ['GET', '/auth/logout', 'POST'],
  ])('is said of a word that another path would take for an id: %s %s', async (method, path, allow) => {
    const answer = await app.request(path, { method, headers: bearer('admin') });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  });
});
