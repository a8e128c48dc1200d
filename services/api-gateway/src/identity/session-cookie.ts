import type { Clock } from '@keyturn/kernel';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { EdgeContext } from '../edge.ts';
import type { SealedCookie } from './sealed-cookie.ts';
import type { Identity } from './identity.ts';
import { type Session, isAlive, needsRefresh, sessionEnd } from './session.ts';

export type SessionCookies = {
  readonly name: string;
  /** The session of the request's cookie, if it is alive; renews the idle limit on the way. */
  read(c: EdgeContext): Promise<Session | null>;
  start(c: EdgeContext, identity: Identity): Promise<void>;
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
    setCookie(c, name, await sealed.seal(session, end), { ...attributes, maxAge });
  };
  return {
    name,
    read: async (c) => {
      const text = getCookie(c, name);
      const session = text === undefined ? null : await sealed.open(text);
      const now = clock.now().getTime();
      if (session === null || !isAlive(session, now)) return null;
      if (!needsRefresh(session, now)) return session;
      const renewed = { ...session, seenAt: now };
      await store(c, renewed);
      return renewed;
    },
    start: (c, identity) => store(c, { identity, startedAt: clock.now().getTime(), seenAt: clock.now().getTime() }),
    end: (c) => {
      deleteCookie(c, name, attributes);
    },
  };
};
