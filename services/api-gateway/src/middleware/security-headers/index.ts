import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from '../../edge.ts';

const ALWAYS = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
  ['x-permitted-cross-domain-policies', 'none'],
] as const;
/** For everything but the page, which sets its own: an answer of the API is data and needs nothing. */
const DATA_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const HSTS = 'max-age=63072000; includeSubDomains';

/** Sets the headers of every answer. What nobody marked as cacheable is not stored anywhere. */
export const secure = (headers: Headers, { https }: { readonly https: boolean }): void => {
  for (const [name, value] of ALWAYS) headers.set(name, value);
  if (https) headers.set('strict-transport-security', HSTS);
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', DATA_CSP);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
};

export const securityHeaders = (options: { readonly https: boolean }) =>
  createMiddleware<EdgeEnv>(async (c, next) => {
    await next();
    secure(c.res.headers, options); // `c.header` would make the answer anew for each of them
  });
