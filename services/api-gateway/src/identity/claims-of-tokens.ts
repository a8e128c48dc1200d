import * as oidc from 'openid-client';

type Tokens = Awaited<ReturnType<typeof oidc.refreshTokenGrant>>;

/** The provider gave a token, and its user-info endpoint takes it no more: whom it was for is disabled or signed out since. */
export class TokenNotTaken extends Error {
  override readonly name = 'TokenNotTaken';
}

const userInfo = async (configuration: oidc.Configuration, accessToken: string, sub: string) => {
  try {
    return await oidc.fetchUserInfo(configuration, accessToken, sub);
  } catch (fault) {
    if (fault instanceof oidc.WWWAuthenticateChallengeError && fault.status === 401)
      throw new TokenNotTaken('the user-info endpoint asks for another token', { cause: fault });
    throw fault;
  }
};

/** Claims of the ID token, joined by the user-info answer where the provider keeps profile claims there. */
export const claimsOfTokens = async (
  configuration: oidc.Configuration,
  tokens: Tokens,
  subject: string | undefined,
): Promise<Record<string, unknown>> => {
  const claims = tokens.claims();
  const sub = claims?.sub ?? subject;
  if (sub === undefined) return {};
  if (claims?.['roles'] !== undefined || configuration.serverMetadata().userinfo_endpoint === undefined) return claims ?? {};
  return { ...(await userInfo(configuration, tokens.access_token, sub)), ...claims };
};

/**
 * The provider answered, and said no to this grant: it is spent, or whom it is for may not have it. A provider that fails, takes too long
 * or refuses this gateway's own secret has said nothing about anybody.
 */
export const isGrantRefused = (fault: unknown): boolean =>
  fault instanceof TokenNotTaken || (fault instanceof oidc.ResponseBodyError && fault.error === 'invalid_grant');
