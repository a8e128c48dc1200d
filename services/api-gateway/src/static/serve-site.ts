import { randomBytes } from 'node:crypto';
import type { EdgeContext } from '../edge.ts';
import type { Site, SiteFile } from './load-site.ts';

const INDEX = '/index.html';
/** The page's build writes this where the nonce goes. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
/** `gzip` is named, and not with the weight 0, which forbids it. */
const ACCEPTS_GZIP = /(?:^|,)\s*gzip\s*(?:;\s*q=(?:1|0\.0*[1-9])[\d.]*\s*)?(?:,|$)/i;
const PAGE_PATH = /^\/(?:(?:admin|account)(?:\/[\w.-]+)*\/?)?$/;

/** A file of the admin page, or its index for the page's own routes; null where the site has nothing to say. */
export const serveSite = (site: Site, c: EdgeContext): Response | null => {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return null;
  const { path } = c.req;
  const index = site.get(INDEX);
  if (path === INDEX || isPageRoute(path)) return index ? page(index) : null;
  const file = site.get(path);
  return file ? asset(file, c.req.header('accept-encoding') ?? '') : null;
};

/** Everything of the page is `/`, or below `/admin` and `/account`, written plainly; a missing asset is a 404 and not an index served as a script. */
const isPageRoute = (path: string): boolean => PAGE_PATH.test(path) && !/\.\w+$/.test(path);

const asset = ({ bytes, gzipped, type, immutable }: SiteFile, accepted: string): Response => {
  const headers = {
    'content-type': type,
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(gzipped === null ? {} : { vary: 'accept-encoding' }),
  };
  if (gzipped === null || !ACCEPTS_GZIP.test(accepted)) return new Response(bytes, { headers });
  return new Response(gzipped, { headers: { ...headers, 'content-encoding': 'gzip' } });
};

const page = ({ bytes, type }: SiteFile): Response => {
  const nonce = randomBytes(16).toString('base64url');
  const html = new TextDecoder().decode(bytes);
  const headers = { 'content-type': type, 'cache-control': 'no-store', 'content-security-policy': pageCsp(nonce) };
  return new Response(html.replaceAll(NONCE_PLACEHOLDER, nonce), { headers });
};

/** Only our own files; styles that the page makes at run time need the nonce. */
const pageCsp = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
