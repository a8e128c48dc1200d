import { interactionPolicy, Provider, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { claimsOf, findAccount } from './accounts.ts';
import { apiAudience, apiResource, clients } from './clients.ts';
import { codePage, confirmPage, deviceDonePage } from './device-pages.ts';
import { consumerOf, type ConsumerClient } from './consumer-clients.ts';
import type { OidcKeys } from './keys.ts';

/** An OIDC provider for development: real protocol, known people, no consent page. */
export const createProvider = ({ issuer, keys, consumers = [], isDisabled = () => false }: ProviderOptions): Provider =>
  new Provider(issuer, configuration({ keys, consumers, isDisabled }));

export type ProviderOptions = {
  readonly issuer: string;
  readonly keys: OidcKeys;
  readonly consumers?: readonly ConsumerClient[];
  readonly isDisabled?: (account: string) => boolean;
};

const configuration = ({ keys, consumers, isDisabled }: Required<Omit<ProviderOptions, 'issuer'>>): Configuration => ({
  clients: clients(keys, consumers),
  jwks: keys.jwks,
  cookies: { keys: keys.cookieKeys },
  pkce: { required: () => true },
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  claims: { openid: ['sub', 'name', 'email', 'roles', 'tier'], profile: ['name'], email: ['email'] },
  conformIdTokenClaims: false, // the ID token carries the claims itself, which saves the gateway a call
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  findAccount: (_ctx, id) => {
    const account = isDisabled(id) ? undefined : findAccount(id);
    return account && { accountId: id, claims: async () => ({ sub: id, ...claimsOf(account) }) };
  },
  extraTokenClaims: (_ctx, token) => {
    const account = 'accountId' in token && typeof token.accountId === 'string' ? findAccount(token.accountId) : undefined;
    if (account) return claimsOf(account);
    const consumer = token.kind === 'ClientCredentials' ? consumerOf(token.clientId) : undefined;
    return consumer && { consumer };
  },
  loadExistingGrant: grantEverything,
  interactions: { policy: withoutConsent(), url: (_ctx, interaction) => `/login/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true, userCodeInputSource: codePage, userCodeConfirmSource: confirmPage, successSource: deviceDonePage },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: signOutAtOnce },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => apiResource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: '',
        audience: apiAudience,
        accessTokenTTL: HOUR_SECONDS,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  ttl: { Session: 14 * DAY_SECONDS, Grant: 14 * DAY_SECONDS, RefreshToken: DAY_SECONDS, IdToken: HOUR_SECONDS, Interaction: HOUR_SECONDS },
});

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** Native clients would be asked for consent each time, whatever they were granted. */
const withoutConsent = (): interactionPolicy.DefaultPolicy => {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  return policy;
};

/** Stands in for the consent page: the dev clients are ours. */
const grantEverything: NonNullable<Configuration['loadExistingGrant']> = async (ctx) => {
  const { client, session, provider } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const known = session.grantIdFor(client.clientId);
  const existing = known ? await provider.Grant.find(known) : undefined;
  if (existing) return existing;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email offline_access');
  grant.addOIDCClaims(['name', 'email', 'roles', 'tier']);
  await grant.save();
  return grant;
};

/** The library's page asks first; who came here by our own "sign out" has already said so. */
const signOutAtOnce = (ctx: KoaContextWithOIDC, form: string): void => {
  ctx.body = `<!doctype html><html lang="en"><title>Signing out</title>${form}
<noscript><button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button></noscript>
<script>const form = document.forms[0]; const yes = document.createElement('input');
yes.type = 'hidden'; yes.name = 'logout'; yes.value = 'yes'; form.append(yes); form.submit();</script></html>`;
};
