import { type Result, ok, refuse } from '@keyturn/kernel';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { ServiceUnavailable } from '../faults.ts';
import { identityOfClaims } from './claims.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { Identity } from './identity.ts';
import { ABSOLUTE_LIMIT_MS } from './session.ts';
import type { StandingSettings } from './standing.ts';
import { claimsOfTokens, isGrantRefused } from './claims-of-tokens.ts';

/** What has to be remembered between leaving for the provider and coming back; sealed into a cookie for ten minutes. */
export const PendingLogin = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() });
export type PendingLogin = z.infer<typeof PendingLogin>;

export type SignedIn = {
  readonly identity: Identity;
  /** What the provider is asked with, each half minute, whether it stands by them. */
  readonly refreshToken?: string;
};

/** The code flow with PKCE. ID and access tokens are read here and dropped; the refresh token goes into the sealed cookie. */
export interface SignIn {
  /** `isFresh`: the provider is to ask again, whoever it still knows. */
  begin(returnTo: string, isFresh?: boolean): Promise<{ readonly redirectTo: string; readonly pending: PendingLogin }>;
  complete(callbackUrl: URL, pending: PendingLogin): Promise<Result<SignedIn, 'sign-in-failed'>>;
  /** Where to end the provider's own session too, if it can be asked. */
  endUrl(): Promise<string | null>;
}

export type SignInSettings = {
  readonly provider: Pick<IdentityProvider, 'configuration'>;
  readonly publicUrl: string;
  readonly scope: string;
} & Pick<StandingSettings, 'check'>;

export const signIn = ({ provider, publicUrl, scope, check }: SignInSettings): SignIn => ({
  begin: async (returnTo, isFresh = false) => {
    const pending = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      returnTo,
    };
    const url = oidc.buildAuthorizationUrl(await provider.configuration(), {
      redirect_uri: `${publicUrl}/auth/callback`,
      scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
      // With a limit the provider must say when it last asked (OpenID Connect Core §3.1.2.1): that is what a reveal goes by.
      max_age: String(ABSOLUTE_LIMIT_MS / 1000),
      ...(isFresh ? { prompt: 'login' } : {}),
    });
    return { redirectTo: url.href, pending };
  },
  complete: async (callbackUrl, pending) => {
    const configuration = await provider.configuration();
    try {
      const { claims, refreshToken } = await redeem(configuration, callbackUrl, pending);
      const identity = identityOfClaims(claims);
      if (identity === null) return refuse('sign-in-failed');
      if (check === 'refresh' && refreshToken === undefined) throw new NoRefreshToken();
      const person = { ...identity, kind: 'person' as const };
      return ok(check === 'refresh' && refreshToken !== undefined ? { identity: person, refreshToken } : { identity: person });
    } catch (fault) {
      if (fault instanceof NoRefreshToken) throw fault;
      if (isSignInRefused(fault)) return refuse('sign-in-failed');
      throw new ServiceUnavailable('identity-provider', { cause: fault });
    }
  },
  endUrl: async () => {
    const configuration = await provider.configuration();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${publicUrl}/` }).href;
  },
});

const OF_THE_PROVIDER: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);
/** Faults of the way to the provider, by openid-client's codes; the others say that what came back doesn't belong to what was begun. */
const OF_THE_WAY: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/** This sign-in can't succeed, whoever tries it again; another may. */
const isSignInRefused = (fault: unknown): boolean =>
  isGrantRefused(fault) ||
  (fault instanceof oidc.AuthorizationResponseError && !OF_THE_PROVIDER.has(fault.error)) ||
  (fault instanceof oidc.ClientError && fault.code !== undefined && !OF_THE_WAY.has(fault.code));

type Redeemed = { readonly claims: Record<string, unknown>; readonly refreshToken: string | undefined };

const redeem = async (configuration: oidc.Configuration, callbackUrl: URL, pending: PendingLogin): Promise<Redeemed> => {
  const tokens = await oidc.authorizationCodeGrant(configuration, callbackUrl, {
    pkceCodeVerifier: pending.verifier,
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
  });
  return { claims: await claimsOfTokens(configuration, tokens, undefined), refreshToken: tokens.refresh_token };
};

/** Without one nobody could tell that somebody was disabled since: a session that can't be checked isn't begun. */
class NoRefreshToken extends Error {
  override readonly name = 'NoRefreshToken';
  override readonly message =
    'the identity provider gave no refresh token: allow the client to have them (some want offline_access in OIDC_SCOPE), or set OIDC_SESSION_CHECK=none';
}
