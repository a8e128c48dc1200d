import type { Clock } from '@keyturn/kernel';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { EdgeContext } from '../edge.ts';
import type { SealedCookie } from './sealed-cookie.ts';
import type { SignedIn } from './sign-in.ts';
import { type Session, isAlive, needsRefresh, sessionEnd } from './session.ts';

/** Browsers keep 4,096 bytes of a cookie, its name and attributes among them. */
const LARGEST_COOKIE = 3_900;

export type SessionCookies = {
  readonly name: string;
  /** The session of the request's cookie, if it is alive. */
  read(c: EdgeContext): Promise<Session | null>;
  /** Moves the idle limit on. To be called once the answer is there: a handler's own response drops cookies that were set before it. */
  renew(c: EdgeContext, session: Session): Promise<void>;
  start(c: EdgeContext, signedIn: SignedIn): Promise<void>;
  end(c: EdgeContext): void;
};

export type SessionCookieDeps = { readonly sealed: SealedCookie<Session>; readonly clock: Clock; readonly https: boolean };

/** `__Host-` makes browsers refuse a cookie of that name from a subdomain or over plain http. */
export const sessionCookies = ({ sealed, clock, https }: SessionCookieDeps): SessionCookies => {
  const name = https ? '__Host-kt_session' : 'kt_session';
  const attributes = { httpOnly: true, secure: https, sameSite: 'Lax', path: '/' } as const;
  const store = async (c: EdgeContext, session: Session): Promise<void> => {
    const end = sessionEnd(session);
    const maxAge = Math.max(0, Math.floor((end - clock.now().getTime()) / 1000));
    const text = await sealed.seal(session, end);
    if (text.length > LARGEST_COOKIE) throw new Error("the session does not fit into a cookie: the provider's refresh token is too long");
    setCookie(c, name, text, { ...attributes, maxAge });
  };
  return {
    name,
    read: async (c) => {
      const text = getCookie(c, name);
      const session = text === undefined ? null : await sealed.open(text);
      return session !== null && isAlive(session, clock.now().getTime()) ? session : null;
    },
    renew: async (c, session) => {
      const now = clock.now().getTime();
      if (needsRefresh(session, now)) await store(c, { ...session, seenAt: now });
    },
    start: (c, { identity, refreshToken }) => {
      const now = clock.now().getTime();
      return store(c, { identity, startedAt: now, seenAt: now, confirmedAt: now, ...(refreshToken === undefined ? {} : { refreshToken }) });
    },
    end: (c) => {
      deleteCookie(c, name, attributes);
    },
  };
};
