import { describe, expect, it } from 'vitest';
import { PUBLIC_URL, bearer, testApp } from '../../testing/test-app.ts';
import { isOurs } from './index.ts';

const OURS = { method: 'POST', origin: PUBLIC_URL, secFetchSite: 'same-origin', requestedWith: 'keyturn' };

describe('isOurs', () => {
  it.each([
    ['all three signs', {}],
    ['an old browser, which sends only Origin', { secFetchSite: undefined }],
    ['a browser that hides Origin', { origin: undefined }],
    ['a read from anywhere', { method: 'GET', origin: 'https://evil.test', secFetchSite: 'cross-site', requestedWith: undefined }],
  ])('takes %s', (_what, change) => {
    expect(isOurs({ ...OURS, ...change }, PUBLIC_URL)).toBe(true);
  });
  it.each([
    ['no custom header', { requestedWith: undefined }],
    ['another custom header', { requestedWith: 'XMLHttpRequest' }],
    ['a foreign origin', { origin: 'https://evil.test' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port', { origin: `${PUBLIC_URL}:8081` }],
    ['a sibling subdomain', { secFetchSite: 'same-site' }],
    ['a foreign site', { secFetchSite: 'cross-site' }],
    ['neither Origin nor Sec-Fetch-Site', { origin: undefined, secFetchSite: undefined }],
  ])('refuses %s', (_what, change) => {
    expect(isOurs({ ...OURS, ...change }, PUBLIC_URL)).toBe(false);
  });
});

describe('a write with a session cookie', () => {
  const rotate = '/api/v1/admin/credentials/0190c8a0-1111-7000-8000-000000000001/rotations';
  const ours = { origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin', 'x-requested-with': 'keyturn' };
  const send = async (headers: Record<string, string>, path = rotate): Promise<Response> => {
    const { app, sessionFor } = testApp();
    return app.request(path, { method: 'POST', headers: { cookie: await sessionFor(['auditor']), ...headers } });
  };

  it('is refused from another page', async () => {
    expect(await (await send({ ...ours, origin: 'https://evil.test' })).json()).toMatchObject({ code: 'cross-site-request' });
  });
  it('goes on to its role from our own page', async () => {
    expect(await (await send(ours)).json()).toMatchObject({ code: 'role-missing' });
  });
  it('is refused from another page when signing out, too', async () => {
    expect((await send({}, '/auth/logout')).status).toBe(403);
  });
  it('needs no guard where a bearer token speaks', async () => {
    expect(await (await send(bearer('auditor'))).json()).toMatchObject({ code: 'role-missing' });
  });
});
