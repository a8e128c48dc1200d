import { extract, type Tracer } from '@keyturn/telemetry';
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { EdgeEnv } from '../../edge.ts';
import { isApiPath } from '../authenticate/is-api-path.ts';

const SERVER_ERROR = 500;

/**
 * Makes the request a span: in the trace that its `traceparent` names, or in a new one, which `traceresponse` tells the caller. The span says
 * the route and the status; never the query, a header or the body. Health checks and the page's files make none.
 */
export const traceRequest = (tracer: Tracer) =>
  createMiddleware<EdgeEnv>((c, next) => {
    if (!isApiPath(c.req.path)) return next();
    const { method } = c.req;
    const parent = extract({ traceparent: c.req.header('traceparent') }) ?? 'none';
    return tracer.span(`HTTP ${method}`, { kind: 'server', parent, attributes: { 'http.request.method': method } }, async (span) => {
      await next();
      const { status } = c.res;
      span.set({ 'http.route': routePath(c, -1), 'http.response.status_code': status, 'keyturn.request': c.get('requestId') });
      if (status >= SERVER_ERROR) span.fail(String(status));
      if (span.trace) c.res.headers.set('traceresponse', span.trace.traceparent);
    });
  });
