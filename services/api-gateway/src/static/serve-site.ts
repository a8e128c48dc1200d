import { randomBytes } from 'node:crypto';
import type { EdgeContext } from '../edge.ts';
import type { Site, SiteFile } from './load-site.ts';

const INDEX = '/index.html';
/** The page's build writes this where the nonce goes. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
/** An encoding is named, and not with the weight 0, which forbids it. */
const ACCEPTS = {
  br: /(?:^|,)\s*br\s*(?:;\s*q=(?:1|0\.0*[1-9])[\d.]*\s*)?(?:,|$)/i,
  gzip: /(?:^|,)\s*gzip\s*(?:;\s*q=(?:1|0\.0*[1-9])[\d.]*\s*)?(?:,|$)/i,
} as const;
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

/** The smallest form that the client takes. */
const asset = ({ bytes, gzipped, brotli, type, immutable }: SiteFile, accepted: string): Response => {
  const headers = {
    'content-type': type,
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(gzipped === null && brotli === null ? {} : { vary: 'accept-encoding' }),
  };
  if (brotli !== null && ACCEPTS.br.test(accepted)) return new Response(brotli, { headers: { ...headers, 'content-encoding': 'br' } });
  if (gzipped !== null && ACCEPTS.gzip.test(accepted))
    return new Response(gzipped, { headers: { ...headers, 'content-encoding': 'gzip' } });
  return new Response(bytes, { headers });
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
