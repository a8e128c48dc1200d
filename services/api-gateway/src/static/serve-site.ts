import { randomBytes } from 'node:crypto';
import type { EdgeContext } from '../edge.ts';
import { isApiPath } from '../middleware/authenticate/is-api-path.ts';
import type { Site, SiteFile } from './load-site.ts';

const INDEX = '/index.html';
const HOME = '/admin/system/credentials';
/** The page's build writes this where the nonce of its own inline styles goes. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
const PLAIN_PATH = /^\/[\w./-]*$/;

/** A file of the admin page, or its index for the page's own routes; null where the site has nothing to say. */
export const serveSite = (site: Site, c: EdgeContext): Response | null => {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return null;
  const { path } = c.req;
  if (path === '/') return c.redirect(HOME, 302);
  const file = path === INDEX ? undefined : site.get(path);
  if (file) return asset(file);
  const index = site.get(INDEX);
  return index && isPageRoute(path) ? page(index) : null;
};

/** A missing asset or anything written strangely is no page: 404 says more than an index served as a script. */
const isPageRoute = (path: string): boolean =>
  PLAIN_PATH.test(path) && !path.includes('//') && !/\.\w+$/.test(path) && !path.startsWith('/auth/') && !isApiPath(path);

const asset = ({ bytes, type, immutable }: SiteFile): Response =>
  new Response(bytes, {
    headers: { 'content-type': type, 'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache' },
  });

const page = ({ bytes, type }: SiteFile): Response => {
  const nonce = randomBytes(16).toString('base64url');
  const html = new TextDecoder().decode(bytes);
  const headers = { 'content-type': type, 'cache-control': 'no-store', 'content-security-policy': pageCsp(html, nonce) };
  return new Response(html.replaceAll(NONCE_PLACEHOLDER, nonce), { headers });
};

/** Only our own files; styles made at run time need the nonce, or, from a build without the placeholder, the old permission. */
const pageCsp = (html: string, nonce: string): string => {
  const styles = html.includes(NONCE_PLACEHOLDER) ? `'nonce-${nonce}'` : "'unsafe-inline'";
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${styles}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
};
