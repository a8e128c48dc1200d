import type { Logger } from '@keyturn/telemetry';
import type { Clock } from '@keyturn/kernel';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import type { NewId } from '../../command-id.ts';
import type { EdgeEnv } from '../../edge.ts';

export type RequestContextDeps = { readonly newId: NewId; readonly clock: Clock; readonly log: Logger };

const Coded = z.object({ code: z.string() });

/** Which problem it is, so that the log can be watched for one: 429 alone doesn't say that somebody guesses. */
const codeOf = async (answer: Response): Promise<string | undefined> => {
  if (answer.headers.get('content-type') !== 'application/problem+json') return undefined;
  return Coded.safeParse(await answer.clone().json()).data?.code;
};

/**
 * Gives the request its id, puts it on whatever answer comes, and logs the exchange: method, path, status, time, and of a problem its code. A caller's own
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
    c.res.headers.set('x-request-id', requestId);
    const elapsedMs = clock.now().getTime() - startedAt;
    const code = await codeOf(c.res);
    const exchange = { requestId, method: c.req.method, path: c.req.path, status: c.res.status, elapsedMs };
    log.info('http.answered', { ...exchange, ...(code === undefined ? {} : { code }) });
  });
