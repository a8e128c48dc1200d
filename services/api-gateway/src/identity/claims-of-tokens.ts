import * as oidc from 'openid-client';

type Tokens = Awaited<ReturnType<typeof oidc.refreshTokenGrant>>;

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
  return { ...(await oidc.fetchUserInfo(configuration, tokens.access_token, sub)), ...claims };
};

/** The provider answered, and said no. */
export const isRefusal = (fault: unknown): boolean =>
  fault instanceof oidc.AuthorizationResponseError ||
  fault instanceof oidc.ResponseBodyError ||
  fault instanceof oidc.ClientError ||
  fault instanceof oidc.WWWAuthenticateChallengeError;
