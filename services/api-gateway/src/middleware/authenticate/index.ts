import { createMiddleware } from 'hono/factory';
import type { EdgeContext, EdgeEnv } from '../../edge.ts';
import type { VerifyBearer } from '../../identity/bearer.ts';
import type { SessionCookies } from '../../identity/session-cookie.ts';
import type { SessionRevocations } from '../../identity/session-revocations.ts';
import { callerOfSession } from '../../identity/session.ts';
import { problemResponse } from '../../problems.ts';
import { EVENTS_PATH } from '../../routes/events-path.ts';
import { isApiPath } from './is-api-path.ts';

export type AuthenticateDeps = {
  readonly verifyBearer: VerifyBearer;
  readonly sessions: SessionCookies;
  readonly revocations: Pick<SessionRevocations, 'isRevoked'>;
  /** Exact paths under `/api` that need nobody. */
  readonly publicPaths: ReadonlySet<string>;
};

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
const LONGEST_TOKEN = 16_384;

/** The token of an `Authorization` header, or null where that holds none. */
export const bearerOf = (authorization: string): string | null => {
  const token = BEARER.exec(authorization)?.[1];
  return token === undefined || token.length > LONGEST_TOKEN ? null : token;
};

/** A page that polls, and a stream that comes again by itself, are no sign of a person: the idle limit goes on without them. */
const isByItself = (c: EdgeContext): boolean => c.req.header('x-keyturn-background') !== undefined || c.req.path === EVENTS_PATH;

/**
 * Recognises the caller of everything under `/api`, or answers 401: at the root, so no way of spelling a path slips past it. Routes check
 * their own `access` again, so a route without an identity does not run even then. A token is looked at alone: a cookie beside it does not
 * make up for a bad one.
 */
export const authenticate = ({ verifyBearer, sessions, revocations, publicPaths }: AuthenticateDeps) =>
  createMiddleware<EdgeEnv>(async (c, next) => {
    const { path } = c.req;
    if (publicPaths.has(path) || !isApiPath(path)) return await next();
    const authorization = c.req.header('authorization');
    if (authorization !== undefined) {
      const token = bearerOf(authorization);
      if (token === null) return problemResponse('token-invalid', c.get('requestId'));
      const verified = await verifyBearer(token);
      if (!verified.ok) return problemResponse(verified.refusal, c.get('requestId'));
      c.set('caller', verified.value);
      return await next();
    }
    const session = await sessions.read(c);
    if (session === null || (await revocations.isRevoked(session))) return problemResponse('unauthenticated', c.get('requestId'));
    c.set('caller', callerOfSession(session));
    await next();
    if (!isByItself(c)) await sessions.renew(c, session);
    return;
  });
