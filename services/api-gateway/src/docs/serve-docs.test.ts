import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/test-app.ts';
import type { DocsFile } from './serve-docs.ts';

const file = (type: string, isImmutable = false): DocsFile => ({ bytes: new TextEncoder().encode('x'), type, isImmutable });
const docs = new Map([
  ['/docs', file('text/html; charset=utf-8')],
  ['/docs/swagger-ui-1.0.0/swagger-ui.css', file('text/css; charset=utf-8', true)],
]);
const get = (path: string, init?: RequestInit): Promise<Response> => Promise.resolve(testApp({ docs }).app.request(path, init));

describe('/docs', () => {
  it('lets the page load our own files and ask our own API, and nothing else', async () => {
    const { status, headers } = await get('/docs');
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const csp = headers.get('content-security-policy') ?? '';
    expect(csp).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(csp).not.toMatch(/unsafe|https?:/);
  });

  it('keeps files of a version for ever', async () => {
    expect((await get('/docs/swagger-ui-1.0.0/swagger-ui.css')).headers.get('cache-control')).toContain('immutable');
  });

  it.each(['/docs/nothing.js', '/docs/..%2f..%2fetc%2fpasswd'])('is not at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('is only read', async () => {
    expect((await get('/docs', { method: 'POST' })).status).toBe(404);
  });
});
