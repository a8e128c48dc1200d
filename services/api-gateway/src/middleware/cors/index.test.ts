import { describe, expect, it } from 'vitest';
import { bearer, json, PUBLIC_URL, testApp } from '../../testing/test-app.ts';

const LIST = '/api/v1/admin/credentials';
const PORTAL = 'https://portal.test';
const listening = testApp({ corsOrigins: [PORTAL] });
const allowing = (response: Response): string[] => [...response.headers.keys()].filter((name) => name.startsWith('access-control'));
const preflight = (origin: string, path = LIST) =>
  listening.app.request(path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization,if-match' },
  });

describe('a page of an origin that is let in', () => {
  it('may ask with a token, and read what comes, the tags included', async () => {
    const asked = await preflight(PORTAL);
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, PORTAL]);
    expect(asked.headers.get('access-control-allow-headers')).toContain('If-Match');
    const response = await listening.app.request(LIST, { headers: { ...bearer('admin'), origin: PORTAL } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, PORTAL]);
    expect(response.headers.get('access-control-expose-headers')).toContain('ETag');
    expect(response.headers.get('vary')).toContain('Origin');
  });
  it('reads a no as well', async () => {
    const response = await listening.app.request(LIST, { headers: { origin: PORTAL } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([401, PORTAL]);
  });
  it('gets nothing by somebody’s cookie', async () => {
    const sent = json({});
    const headers = { ...sent.headers, origin: PORTAL, 'x-requested-with': 'keyturn', cookie: await listening.sessionFor(['admin']) };
    const response = await listening.app.request(LIST, { method: 'POST', ...sent, headers });
    expect([response.status, response.headers.get('access-control-allow-credentials')]).toEqual([403, null]);
  });
});

describe('any other page', () => {
  it.each(['https://portal.test.evil.test', 'http://portal.test', 'https://portal.test:8443', 'null', PUBLIC_URL])(
    'gets no leave: %s',
    async (origin) => {
      expect(allowing(await preflight(origin))).toEqual([]);
      const response = await listening.app.request(LIST, { headers: { ...bearer('admin'), origin } });
      expect([response.status, allowing(response)]).toEqual([200, []]);
    },
  );
  it('gets none to what is no API', async () => expect(allowing(await preflight(PORTAL, '/auth/logout'))).toEqual([]));
});
