import type { Clock, Sensitive } from '@keyturn/kernel';
import type { Config } from './config.ts';
import { apiTokens } from './identity/api-tokens.ts';
import { bearerVerifier } from './identity/bearer.ts';
import { rememberedBearer } from './identity/remembered-bearer.ts';
import { introspection } from './identity/introspection.ts';
import { identityProvider } from './identity/identity-provider.ts';
import { sealedCookie } from './identity/sealed-cookie.ts';
import { sessionCookies } from './identity/session-cookie.ts';
import { Session } from './identity/session.ts';
import { PendingLogin, signIn } from './identity/sign-in.ts';
import { standingAtProvider } from './identity/standing.ts';

export type IdentityDeps = {
  readonly config: Pick<Config, 'oidc' | 'publicUrl'>;
  readonly clientSecret: Sensitive<string>;
  readonly sessionKey: Sensitive<string>;
  readonly clock: Clock;
};

/** Everything that answers "who is it?": bearer tokens, sign-in and sessions. Asks the provider for nothing until it is needed. */
export const createIdentity = ({ config: { oidc, publicUrl }, clientSecret, sessionKey, clock }: IdentityDeps) => {
  const provider = identityProvider({ issuer: oidc.issuer, clientId: oidc.clientId, clientSecret, clock });
  return {
    provider,
    verifyBearer: rememberedBearer(
      bearerVerifier({
        issuer: oidc.issuer,
        audience: oidc.audience,
        consumerClaim: oidc.consumerClaim,
        clock,
        keys: provider.keys,
        isActive: oidc.tokenCheck === 'introspection' ? introspection(provider) : null,
      }),
      clock,
    ),
    apiTokens: apiTokens(sessionKey),
    signIn: signIn({ provider, publicUrl, scope: oidc.scope, check: oidc.sessionCheck }),
    standing: standingAtProvider({ provider, clock, check: oidc.sessionCheck }),
    sessions: sessionCookies({
      sealed: sealedCookie({ secret: sessionKey, purpose: 'session', schema: Session, clock }),
      clock,
      https: publicUrl.startsWith('https:'),
    }),
    pendingLogins: sealedCookie({ secret: sessionKey, purpose: 'login', schema: PendingLogin, clock }),
  };
};
