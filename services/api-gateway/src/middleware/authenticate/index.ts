import { type Result, refuse } from '@keyturn/kernel';
import { isApiToken } from '@keyturn/sealing';
import { createMiddleware } from 'hono/factory';
import { clientIp } from '../../client-ip.ts';
import type { EdgeContext, EdgeEnv } from '../../edge.ts';
import type { VerifyBearer } from '../../identity/bearer.ts';
import type { SessionCookies } from '../../identity/session-cookie.ts';
import type { SessionRevocations } from '../../identity/session-revocations.ts';
import type { Standing } from '../../identity/standing.ts';
import type { Caller } from '../../identity/identity.ts';
import { callerOfSession } from '../../identity/session.ts';
import type { GuessLockout } from '../../limits/guess-lockout.ts';
import { refuseGuess } from '../../limits/refuse-guess.ts';
import type { RequestLimit } from '../../limits/request-limit.ts';
import { problemResponse, waitResponse } from '../../problems.ts';
import { EVENTS_PATH } from '../../routes/events-path.ts';
import { isApiPath } from './is-api-path.ts';

export type AuthenticateDeps = {
  readonly verifyBearer: VerifyBearer;
  readonly sessions: SessionCookies;
  readonly revocations: Pick<SessionRevocations, 'isRevoked'>;
  readonly standing: Standing;
  readonly requestLimit: RequestLimit;
  readonly guesses: GuessLockout;
  /** Exact paths under `/api` that need nobody. */
  readonly publicPaths: ReadonlySet<string>;
  /** Exact paths whose routes take API tokens beside what is recognised here. */
  readonly apiTokenPaths: ReadonlySet<string>;
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

const verifyBearerOf = async (authorization: string, verifyBearer: VerifyBearer): Promise<Result<Caller, 'token-invalid'>> => {
  const token = bearerOf(authorization);
  return token === null ? refuse('token-invalid') : await verifyBearer(token);
};

const tooOften = (limit: RequestLimit, c: EdgeContext, { kind, id }: Caller): Response | null => {
  const wait = limit.take(`${kind} ${id}`);
  return wait === 0 ? null : waitResponse('too-many-requests', c.get('requestId'), wait);
};

/**
 * Recognises the caller of everything under `/api`, or answers 401: at the root, so no way of spelling a path slips past it. Routes check
 * their own `access` again, so a route without an identity does not run even then. A token is looked at alone: a cookie beside it does not
 * make up for a bad one.
 */
export const authenticate = (deps: AuthenticateDeps) => {
  const { verifyBearer, sessions, revocations, standing, requestLimit, guesses, publicPaths, apiTokenPaths } = deps;
  return createMiddleware<EdgeEnv>(async (c, next) => {
    const { path } = c.req;
    if (publicPaths.has(path) || !isApiPath(path)) return await next();
    const authorization = c.req.header('authorization');
    if (authorization !== undefined) {
      if (apiTokenPaths.has(path) && isApiToken(bearerOf(authorization) ?? '')) return await next();
      const verified = await verifyBearerOf(authorization, verifyBearer);
      if (!verified.ok) return refuseGuess(guesses, { ip: clientIp(c), requestId: c.get('requestId') });
      c.set('caller', verified.value);
      return tooOften(requestLimit, c, verified.value) ?? (await next());
    }
    const shown = await sessions.read(c);
    if (shown === null || (await revocations.isRevoked(shown))) return problemResponse('unauthenticated', c.get('requestId'));
    const session = await standing.confirm(shown);
    if (session === null) {
      sessions.end(c);
      const problem = problemResponse('unauthenticated', c.get('requestId'));
      return c.newResponse(problem.body, problem); // through the context, so the cookie that was ended goes along
    }
    const caller = callerOfSession(session);
    c.set('caller', caller);
    const refused = tooOften(requestLimit, c, caller);
    if (refused !== null) return refused;
    await next();
    if (!isByItself(c)) await sessions.renew(c, session);
    return;
  });
};
