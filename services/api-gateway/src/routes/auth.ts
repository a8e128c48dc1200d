import { type Context, Hono } from 'hono';
import type { Clock } from '@keyturn/kernel';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { clientIp } from '../client-ip.ts';
import type { VaultClient } from '../clients/vault.ts';
import type { NewId } from '../command-id.ts';
import type { EdgeContext, EdgeEnv } from '../edge.ts';
import type { Definition } from '../endpoint.ts';
import { localPath } from '../identity/return-to.ts';
import type { SealedCookie } from '../identity/sealed-cookie.ts';
import type { SessionRevocations } from '../identity/session-revocations.ts';
import type { SessionCookies } from '../identity/session-cookie.ts';
import type { PendingLogin, SignIn } from '../identity/sign-in.ts';
import { actorOf } from '../identity/identity.ts';
import { COMMAND_PROBLEMS } from '../problem-groups.ts';
import { problemOfRefusal, problemResponse } from '../problems.ts';

export type AuthRoutesDeps = {
  readonly signIn: SignIn;
  readonly sessions: SessionCookies;
  readonly revocations: SessionRevocations;
  readonly vault: Pick<VaultClient, 'command'>;
  readonly newId: NewId;
  readonly pendingLogins: SealedCookie<PendingLogin>;
  readonly publicUrl: string;
  readonly clock: Clock;
};

const PENDING = 'kt_login';
const PENDING_MS = 10 * 60_000;

const RETURN_TO = z.object({ query: z.object({ return_to: z.string().optional(), fresh: z.enum(['true']).optional() }) });
const CALLBACK = z.object({ query: z.object({ code: z.string().optional(), state: z.string().optional() }) });

/** The routes below for the API's document; they parse by themselves, as what comes is a browser's navigation. */
export const AUTH_DEFINITIONS: readonly Definition[] = [
  {
    name: 'beginSignIn',
    method: 'get',
    path: '/auth/login',
    summary: 'Leaves for the identity provider; to be opened by a browser',
    tag: 'Identity',
    isNavigation: true,
    access: 'public',
    takes: RETURN_TO,
    answers: { 302: null },
    tells: ['Location'],
    refuses: ['identity-provider-unavailable'],
    example: { takes: { query: { return_to: '/admin/system/credentials' } }, answers: {} },
  },
  {
    name: 'finishSignIn',
    method: 'get',
    path: '/auth/callback',
    summary: 'Comes back from the identity provider, and starts the session',
    tag: 'Identity',
    isNavigation: true,
    access: 'public',
    takes: CALLBACK,
    answers: { 302: null },
    tells: ['Location'],
    refuses: ['sign-in-failed', 'identity-provider-unavailable'],
    example: { takes: { query: { code: 'SplxlOBeZQQYbYS6WxSbIA', state: 'af0ifjsldkj' } }, answers: {} },
  },
  {
    name: 'signOut',
    method: 'post',
    path: '/auth/logout',
    summary: 'Ends the session, and says where to go to end the provider’s too',
    tag: 'Identity',
    isNavigation: true,
    access: 'public',
    takes: z.object({}),
    answers: { 200: z.object({ next: z.string() }) },
    refuses: [],
    example: { answers: { 200: { next: 'https://login.example.com/session/end' } } },
  },
  {
    name: 'signOutEverywhere',
    method: 'post',
    path: '/auth/sign-out-everywhere',
    summary: 'Ends all sessions of whoever is signed in, in every browser, and says where to go to end the provider’s too',
    tag: 'Identity',
    isNavigation: true,
    access: 'public',
    takes: z.object({}),
    answers: { 200: z.object({ next: z.string() }) },
    refuses: ['unauthenticated', ...COMMAND_PROBLEMS],
    example: { answers: { 200: { next: 'https://login.example.com/session/end' } } },
  },
];

/** Signing in and out: navigations of a browser, so they answer with redirects. */
export const authRoutes = (deps: AuthRoutesDeps): Hono<EdgeEnv> => {
  const { signIn, sessions, pendingLogins, publicUrl, clock } = deps;
  const cookie = { httpOnly: true, secure: publicUrl.startsWith('https:'), sameSite: 'Lax', path: '/auth' } as const;
  return new Hono<EdgeEnv>()
    .get('/login', async (c) => {
      // Cookies belong to one host name; coming back to another one (localhost, 127.0.0.1) would find none.
      if (new URL(c.req.url).host !== new URL(publicUrl).host)
        return c.redirect(`${publicUrl}/auth/login${new URL(c.req.url).search}`, 302);
      const { redirectTo, pending } = await signIn.begin(localPath(c.req.query('return_to')), c.req.query('fresh') === 'true');
      const sealed = await pendingLogins.seal(pending, clock.now().getTime() + PENDING_MS);
      setCookie(c, PENDING, sealed, { ...cookie, maxAge: PENDING_MS / 1000 });
      return c.redirect(redirectTo, 302);
    })
    .get('/callback', async (c) => {
      const text = getCookie(c, PENDING);
      const pending = text === undefined ? null : await pendingLogins.open(text);
      deleteCookie(c, PENDING, cookie); // good for one try
      if (pending === null) return failed(c, 'the sign-in took longer than ten minutes, or began in another browser');
      const completed = await signIn.complete(new URL(`${publicUrl}/auth/callback${new URL(c.req.url).search}`), pending);
      if (!completed.ok) return failed(c, 'the identity provider did not confirm it');
      await sessions.start(c, completed.value);
      return c.redirect(pending.returnTo, 302);
    })
    .post('/logout', async (c) => {
      sessions.end(c);
      return c.json({ next: await nextOf(signIn) });
    })
    .post('/sign-out-everywhere', async (c) => {
      const refused = await revokeOwn(deps, c);
      if (refused !== null) return refused;
      sessions.end(c);
      return c.json({ next: await nextOf(signIn) });
    });
};

/** Our own session ends even if the provider is down. */
const nextOf = async (signIn: SignIn): Promise<string> => (await signIn.endUrl().catch(() => null)) ?? '/';

const revokeOwn = async ({ sessions, revocations, vault, newId }: AuthRoutesDeps, c: EdgeContext): Promise<Response | null> => {
  const session = await sessions.read(c);
  if (session === null || (await revocations.isRevoked(session))) return problemResponse('unauthenticated', c.get('requestId'));
  const { identity } = session;
  const revoked = await vault.command('person.revoke-sessions', {
    commandId: newId(),
    actor: actorOf(identity, clientIp(c)),
    correlationId: c.get('requestId'),
    data: { personId: identity.id },
  });
  revocations.forget(identity.id);
  return revoked.ok ? null : problemOfRefusal(revoked.refusal, c.get('requestId'));
};

/** Through the context, so the cookie that was ended goes along. */
const failed = (c: Context<EdgeEnv>, detail: string): Response => {
  const problem = problemResponse('sign-in-failed', c.get('requestId'), { detail });
  return c.newResponse(problem.body, problem);
};
