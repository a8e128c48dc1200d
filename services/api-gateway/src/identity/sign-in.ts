import { type Result, ok, refuse } from '@keyturn/kernel';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { ServiceUnavailable } from '../faults.ts';
import { identityOfClaims } from './claims.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { Identity } from './identity.ts';
import { ABSOLUTE_LIMIT_MS } from './session.ts';

/** What has to be remembered between leaving for the provider and coming back; sealed into a cookie for ten minutes. */
export const PendingLogin = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() });
export type PendingLogin = z.infer<typeof PendingLogin>;

/** The code flow with PKCE. Tokens are read here and dropped: nothing after this function has seen one. */
export interface SignIn {
  /** `isFresh`: the provider is to ask again, whoever it still knows. */
  begin(returnTo: string, isFresh?: boolean): Promise<{ readonly redirectTo: string; readonly pending: PendingLogin }>;
  complete(callbackUrl: URL, pending: PendingLogin): Promise<Result<Identity, 'sign-in-failed'>>;
  /** Where to end the provider's own session too, if it can be asked. */
  endUrl(): Promise<string | null>;
}

export type SignInSettings = { readonly provider: IdentityProvider; readonly publicUrl: string; readonly scope: string };

export const signIn = ({ provider, publicUrl, scope }: SignInSettings): SignIn => ({
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
      const identity = identityOfClaims(await redeem(configuration, callbackUrl, pending));
      return identity === null ? refuse('sign-in-failed') : ok({ ...identity, kind: 'person' });
    } catch (fault) {
      if (isRefusedSignIn(fault)) return refuse('sign-in-failed');
      throw new ServiceUnavailable('identity-provider', { cause: fault });
    }
  },
  endUrl: async () => {
    const configuration = await provider.configuration();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${publicUrl}/` }).href;
  },
});

/** Claims of the ID token, joined by the user-info answer where the provider keeps profile claims there. */
const redeem = async (configuration: oidc.Configuration, callbackUrl: URL, pending: PendingLogin): Promise<Record<string, unknown>> => {
  const tokens = await oidc.authorizationCodeGrant(configuration, callbackUrl, {
    pkceCodeVerifier: pending.verifier,
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) return {};
  if (claims['roles'] !== undefined || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
  return { ...(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
};

const isRefusedSignIn = (fault: unknown): boolean =>
  fault instanceof oidc.AuthorizationResponseError ||
  fault instanceof oidc.ResponseBodyError ||
  fault instanceof oidc.ClientError ||
  fault instanceof oidc.WWWAuthenticateChallengeError;
