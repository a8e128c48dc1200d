import { createHash } from 'node:crypto';
import { type Clock, recentMap } from '@keyturn/kernel';
import * as oidc from 'openid-client';
import { ServiceUnavailable } from '../faults.ts';
import { identityOfClaims } from './claims.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { Identity } from './identity.ts';
import type { Session } from './session.ts';
import { claimsOfTokens, isGrantRefused } from './claims-of-tokens.ts';

/** Whether the provider still stands by who signed in. */
export interface Standing {
  /**
   * The session with what the provider says of its person now, at most a minute old; null where it stands by it no more: they were
   * disabled or signed out there. Throws `ServiceUnavailable` where it hasn't said so for a minute: then nobody is let in.
   */
  confirm(session: Session): Promise<Session | null>;
}

/** Asked again after so long, so that a provider that hiccups has as long again before anybody notices. */
export const CONFIRMED_MS = 30_000;
/** Nothing is taken for true longer than this; what is under way as it ends is the rest of a minute. */
export const LONGEST_UNCONFIRMED_MS = 55_000;
const MOST_KEPT = 10_000;

export type StandingSettings = {
  /** `none`: a session lives by its limits alone, for a provider without refresh tokens. */
  readonly check: 'refresh' | 'none';
  readonly provider: Pick<IdentityProvider, 'configuration'>;
  readonly clock: Clock;
};

type Confirmed = { readonly identity: Identity; readonly refreshToken: string; readonly confirmedAt: number };
type Kept = { readonly askedAt: number; readonly answer: Promise<Confirmed | null> };

/** Asks by the refresh grant (ADR-0019): once in half a minute for each session and gateway, whatever comes meanwhile. */
export const standingAtProvider = ({ check, provider, clock }: StandingSettings): Standing => {
  if (check === 'none') return { confirm: async (session) => session };
  const kept = recentMap<string, Kept>(MOST_KEPT);

  const ask = (refreshToken: string, personId: string, now: number): Promise<Confirmed | null> => {
    const key = createHash('sha256').update(refreshToken).digest('base64');
    const known = kept.get(key);
    if (known && now - known.askedAt < CONFIRMED_MS) return known.answer;
    const answer = refresh(provider, { refreshToken, personId, now });
    kept.set(key, { askedAt: now, answer });
    answer.catch(() => {
      if (kept.get(key)?.answer === answer) kept.delete(key);
    });
    return answer;
  };

  return {
    confirm: async (session) => {
      const { refreshToken, confirmedAt = -Infinity, identity } = session;
      const now = clock.now().getTime();
      if (now - confirmedAt < CONFIRMED_MS) return session;
      if (refreshToken === undefined) return null;
      try {
        const confirmed = await ask(refreshToken, identity.id, now);
        return confirmed && { ...session, ...confirmed, identity: sinceSignIn(confirmed.identity, identity) };
      } catch (fault) {
        if (fault instanceof ServiceUnavailable && now - confirmedAt < LONGEST_UNCONFIRMED_MS) return session;
        throw fault;
      }
    },
  };
};

/** A refresh is no sign-in: when the person was asked stays what it was. */
const sinceSignIn = ({ authenticatedAt: _now, ...identity }: Identity, { authenticatedAt }: Identity): Identity => ({
  ...identity,
  ...(authenticatedAt === undefined ? {} : { authenticatedAt }),
});

type Asked = { readonly refreshToken: string; readonly personId: string; readonly now: number };

const refresh = async (provider: StandingSettings['provider'], { refreshToken, personId, now }: Asked): Promise<Confirmed | null> => {
  const configuration = await provider.configuration();
  try {
    const tokens = await oidc.refreshTokenGrant(configuration, refreshToken);
    const identity = identityOfClaims(await claimsOfTokens(configuration, tokens, personId));
    if (identity?.id !== personId) return null;
    return { identity: { ...identity, kind: 'person' }, refreshToken: tokens.refresh_token ?? refreshToken, confirmedAt: now };
  } catch (fault) {
    if (isGrantRefused(fault)) return null;
    throw new ServiceUnavailable('identity-provider', { cause: fault });
  }
};
