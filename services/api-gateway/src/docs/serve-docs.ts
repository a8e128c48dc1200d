import type { EdgeContext } from '../edge.ts';

export type DocsFile = { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string; readonly isImmutable: boolean };
/** The files of `/docs` by URL path; what isn't a key does not exist. */
export type DocsPage = ReadonlyMap<string, DocsFile>;

const INDEX = '/docs';

/** Our own files and our own API, and nothing else: no inline script or style, no other host. Its icons are `data:` images. */
const PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page that shows `/openapi.json` and tries its calls, or a file of it; null where it has nothing to say. */
export const serveDocs = (docs: DocsPage, c: EdgeContext): Response | null => {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return null;
  const { path } = c.req;
  if (path === `${INDEX}/`) return c.redirect(INDEX, 302);
  const file = docs.get(path);
  if (file === undefined) return null;
  const caching = file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache';
  const headers = { 'content-type': file.type, 'cache-control': caching };
  return new Response(file.bytes, { headers: path === INDEX ? { ...headers, 'content-security-policy': PAGE_CSP } : headers });
};
