import { createMiddleware } from 'hono/factory';
import type { EdgeContext, EdgeEnv } from '../../edge.ts';
import type { VerifyBearer } from '../../identity/bearer.ts';
import type { SessionCookies } from '../../identity/session-cookie.ts';
import { callerOfSession } from '../../identity/session.ts';
import { problemResponse } from '../../problems.ts';
import { isApiPath } from './is-api-path.ts';

export type AuthenticateDeps = {
  readonly verifyBearer: VerifyBearer;
  readonly sessions: SessionCookies;
  /** Exact paths under `/api` that need nobody. */
  readonly publicPaths: ReadonlySet<string>;
};

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
const LONGEST_TOKEN = 16_384;

/**
 * Recognises the caller of everything under `/api`, or answers 401: at the root, so no way of spelling a path slips past it. Routes check
 * their own `access` again, so a route without an identity does not run even then.
 */
export const authenticate = ({ verifyBearer, sessions, publicPaths }: AuthenticateDeps) =>
  createMiddleware<EdgeEnv>(async (c, next) => {
    const { path } = c.req;
    if (publicPaths.has(path) || !isApiPath(path)) return await next();
    const refused = await recognise(c, verifyBearer, sessions);
    return refused === null ? await next() : problemResponse(refused, c.get('requestId'));
  });

const recognise = async (
  c: EdgeContext,
  verifyBearer: VerifyBearer,
  sessions: SessionCookies,
): Promise<'unauthenticated' | 'token-invalid' | null> => {
  const authorization = c.req.header('authorization');
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined || token.length > LONGEST_TOKEN) return 'token-invalid';
    const verified = await verifyBearer(token);
    if (!verified.ok) return verified.refusal;
    c.set('caller', verified.value);
    return null;
  }
  const session = await sessions.read(c);
  if (session === null) return 'unauthenticated';
  c.set('caller', callerOfSession(session));
  return null;
};
