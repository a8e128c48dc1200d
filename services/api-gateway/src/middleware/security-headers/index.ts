import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from '../../edge.ts';

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-permitted-cross-domain-policies': 'none',
} as const;
/** For everything but the page, which sets its own: an answer of the API is data and needs nothing. */
const DATA_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const HSTS = 'max-age=63072000; includeSubDomains';

/** Headers of every answer. What nobody marked as cacheable is not stored anywhere. */
export const securityHeaders = ({ https }: { readonly https: boolean }) =>
  createMiddleware<EdgeEnv>(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    if (https) c.header('strict-transport-security', HSTS);
    if (!c.res.headers.has('content-security-policy')) c.header('content-security-policy', DATA_CSP);
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
