import type { Logger } from '@keyturn/telemetry';
import type { Clock } from '@keyturn/kernel';
import { createMiddleware } from 'hono/factory';
import type { NewId } from '../../command-id.ts';
import type { EdgeEnv } from '../../edge.ts';

export type RequestContextDeps = { readonly newId: NewId; readonly clock: Clock; readonly log: Logger };

/**
 * Gives the request its id, puts it on whatever answer comes, and logs the exchange: method, path, status, time. A caller's own
 * `x-request-id` is ignored, or it could pass for somebody else's in the log. The query is not logged: it can hold a sign-in code.
 */
export const requestContext = ({ newId, clock, log }: RequestContextDeps) =>
  createMiddleware<EdgeEnv>(async (c, next) => {
    const requestId = newId();
    const startedAt = clock.now().getTime();
    c.set('requestId', requestId);
    c.set('caller', null);
    c.set('body', null);
    await next();
    c.header('x-request-id', requestId);
    const elapsedMs = clock.now().getTime() - startedAt;
    log.info('http.answered', { requestId, method: c.req.method, path: c.req.path, status: c.res.status, elapsedMs });
  });
