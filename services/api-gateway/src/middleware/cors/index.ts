import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { EdgeEnv } from '../../edge.ts';
import { isApiPath } from '../authenticate/is-api-path.ts';

/**
 * Lets pages of these origins ask the API and read its answers, by a bearer token: never with the session's cookie, which is the admin page's
 * alone. Any other origin gets no leave, as if this were not here; without origins, so does every one.
 */
export const crossOrigin = (origins: readonly string[]): MiddlewareHandler<EdgeEnv> => {
  const allow = cors({
    origin: [...origins],
    credentials: false,
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'Last-Event-ID', 'traceparent'],
    exposeHeaders: ['ETag', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: 600,
  });
  return (c, next) => (origins.includes(c.req.header('origin') ?? '') && isApiPath(c.req.path) ? allow(c, next) : next());
};
