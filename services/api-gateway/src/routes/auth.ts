import { type Context, Hono } from 'hono';
import type { Clock } from '@keyturn/kernel';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { EdgeEnv } from '../edge.ts';
import { localPath } from '../identity/return-to.ts';
import type { SealedCookie } from '../identity/sealed-cookie.ts';
import type { SessionCookies } from '../identity/session-cookie.ts';
import type { PendingLogin, SignIn } from '../identity/sign-in.ts';
import { problemResponse } from '../problems.ts';

export type AuthRoutesDeps = {
  readonly signIn: SignIn;
  readonly sessions: SessionCookies;
  readonly pendingLogins: SealedCookie<PendingLogin>;
  readonly publicUrl: string;
  readonly clock: Clock;
};

const PENDING = 'kt_login';
const PENDING_MS = 10 * 60_000;

/** Signing in and out: navigations of a browser, so they answer with redirects and stay outside the API's declarations. */
export const authRoutes = ({ signIn, sessions, pendingLogins, publicUrl, clock }: AuthRoutesDeps): Hono<EdgeEnv> => {
  const cookie = { httpOnly: true, secure: publicUrl.startsWith('https:'), sameSite: 'Lax', path: '/auth' } as const;
  return new Hono<EdgeEnv>()
    .get('/login', async (c) => {
      // Cookies belong to one host name; coming back to another one (localhost, 127.0.0.1) would find none.
      if (new URL(c.req.url).host !== new URL(publicUrl).host)
        return c.redirect(`${publicUrl}/auth/login${new URL(c.req.url).search}`, 302);
      const { redirectTo, pending } = await signIn.begin(localPath(c.req.query('return_to')));
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
      const next = await signIn.endUrl().catch(() => null); // our own session ends even if the provider is down
      return c.json({ next: next ?? '/' });
    });
};

/** Through the context, so the cookie that was ended goes along. */
const failed = (c: Context<EdgeEnv>, detail: string): Response => {
  const problem = problemResponse('sign-in-failed', c.get('requestId'), { detail });
  return c.newResponse(problem.body, problem);
};
