import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from '../../edge.ts';
import { problemResponse } from '../../problems.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export type WriteRequest = {
  readonly method: string;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
  readonly requestedWith: string | undefined;
};

/**
 * Did the write come from our own page? Three signs, because each has a hole: `Sec-Fetch-Site` is missing in old browsers, `Origin` can be
 * missing or `null`, and SameSite cookies count every sibling subdomain as the same site. A custom header can't be sent cross-origin
 * without a preflight, which we never answer, so it is always asked for; at least one of the other two must be there and right.
 */
export const isOurs = (request: WriteRequest, publicOrigin: string): boolean => {
  if (SAFE.has(request.method)) return true;
  if (request.requestedWith !== 'keyturn') return false;
  if (request.secFetchSite !== undefined && request.secFetchSite !== 'same-origin') return false;
  if (request.origin !== undefined && request.origin !== publicOrigin) return false;
  return request.secFetchSite !== undefined || request.origin !== undefined;
};

/** Guards what the browser signs by itself, with its cookie. A bearer token is put on a request on purpose, so it needs no guard. */
export const csrf = ({ publicOrigin, hasCookie }: { readonly publicOrigin: string; readonly hasCookie: (cookies: string) => boolean }) =>
  createMiddleware<EdgeEnv>(async (c, next) => {
    const byCookie = c.req.header('authorization') === undefined && hasCookie(c.req.header('cookie') ?? '');
    const request = {
      method: c.req.method,
      origin: c.req.header('origin'),
      secFetchSite: c.req.header('sec-fetch-site'),
      requestedWith: c.req.header('x-requested-with'),
    };
    if (byCookie && !isOurs(request, publicOrigin)) return problemResponse('cross-site-request', c.get('requestId'));
    return await next();
  });
