import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/test-app.ts';
import type { SiteFile } from './load-site.ts';

const file = (text: string, type: string, immutable = false): SiteFile => ({
  bytes: new TextEncoder().encode(text),
  gzipped: immutable ? new Uint8Array(gzipSync(text)) : null,
  brotli: type.startsWith('text/css') ? new Uint8Array(brotliCompressSync(text)) : null,
  type,
  immutable,
});
const site = new Map([
  ['/index.html', file('<html nonce="__CSP_NONCE__">page</html>', 'text/html; charset=utf-8')],
  ['/assets/index-B3xQ9aZ1.js', file('script', 'text/javascript; charset=utf-8', true)],
  ['/assets/index-C4yR8bY2.css', file('style', 'text/css; charset=utf-8', true)],
  ['/favicon.svg', file('<svg/>', 'image/svg+xml')],
]);
const get = (path: string, init?: RequestInit): Promise<Response> => Promise.resolve(testApp({ site }).app.request(path, init));

describe('the admin page', () => {
  it.each(['/', '/admin/system/credentials', '/admin', '/account/api-keys', '/index.html'])('is at %s, and never stored', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
  });

  it('allows only its own scripts, and styles with the nonce of this very answer', async () => {
    const [first, second] = [await get('/admin'), await get('/admin')];
    const csp = first.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([\w-]+)'/.exec(csp)?.[1];
    expect(await first.text()).toContain(`nonce="${nonce}"`);
    expect(csp).toContain("script-src 'self';");
    expect(csp).not.toContain('unsafe');
    expect(second.headers.get('content-security-policy')).not.toBe(csp);
  });

  it('keeps files with a hash in their name for ever, and asks about others', async () => {
    expect((await get('/assets/index-B3xQ9aZ1.js')).headers.get('cache-control')).toContain('immutable');
    expect((await get('/favicon.svg')).headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['gzip', 'br, gzip;q=0.5, deflate', 'deflate, GZIP'])('goes out gzipped to a client that accepts %j', async (accepted) => {
    const response = await get('/assets/index-B3xQ9aZ1.js', { headers: { 'accept-encoding': accepted } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toBe('accept-encoding');
    expect(gunzipSync(await response.arrayBuffer()).toString()).toBe('script');
  });

  it('goes out by Brotli where the build left that, to a client that accepts it', async () => {
    const small = await get('/assets/index-C4yR8bY2.css', { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(small.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(await small.arrayBuffer()).toString()).toBe('style');
    const other = await get('/assets/index-C4yR8bY2.css', { headers: { 'accept-encoding': 'gzip, br;q=0' } });
    expect(other.headers.get('content-encoding')).toBe('gzip');
  });

  it.each(['', 'br', 'gzip;q=0', 'x-gzip'])('goes out as it is to a client that accepts %j', async (accepted) => {
    const response = await get('/assets/index-B3xQ9aZ1.js', { headers: { 'accept-encoding': accepted } });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('vary')).toBe('accept-encoding');
    expect(await response.text()).toBe('script');
  });

  it.each([
    '/assets/gone-12345678.js',
    '/admin%2Fsystem',
    '/admin//system',
    '/accounts',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/auth/nothing',
  ])('is not at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('is not what an unknown API path answers', async () => {
    expect((await get('/api/v1/nothing')).status).toBe(401);
  });

  it('is only read', async () => {
    expect((await get('/admin', { method: 'POST' })).status).toBe(404);
  });
});
