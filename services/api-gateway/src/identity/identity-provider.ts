import type { Clock, Sensitive } from '@keyturn/kernel';
import { type JWTVerifyGetKey, createRemoteJWKSet, errors } from 'jose';
import * as oidc from 'openid-client';
import { ServiceUnavailable } from '../faults.ts';

export type ProviderSettings = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Sensitive<string>;
  readonly clock: Clock;
};

/** The OIDC provider: its metadata, and the keys it signs with. Both are fetched when first needed and kept. */
export interface IdentityProvider {
  /** Throws `ServiceUnavailable` when the provider does not answer. */
  configuration(): Promise<oidc.Configuration>;
  readonly keys: JWTVerifyGetKey;
}

/** So long is a key taken after the provider has withdrawn it, and half a minute for each token that was seen before. */
const KEYS_KEPT_MS = 60_000;
const TIMEOUT_SECONDS = 5;
/** After a failure nobody asks again for this long: a provider that is down isn't helped by a queue before it. */
const RETRY_AFTER_MS = 1000;

export const identityProvider = (settings: ProviderSettings): IdentityProvider => {
  const configuration = remembered(() => discover(settings), settings.clock);
  const keySet = remembered(async () => createRemoteJWKSet(jwksUrl(await configuration()), { cacheMaxAge: KEYS_KEPT_MS }), settings.clock);
  const keys: JWTVerifyGetKey = async (header, token) => {
    const resolve = await keySet();
    try {
      return await resolve(header, token);
    } catch (fault) {
      if (isTokensFault(fault)) throw fault;
      throw new ServiceUnavailable('identity-provider', { cause: fault });
    }
  };
  return { configuration, keys };
};

const isTokensFault = (fault: unknown): boolean =>
  fault instanceof errors.JWKSNoMatchingKey ||
  fault instanceof errors.JWKSMultipleMatchingKeys ||
  fault instanceof errors.JOSENotSupported ||
  fault instanceof errors.JWSInvalid;

const discover = async ({ issuer, clientId, clientSecret }: ProviderSettings): Promise<oidc.Configuration> => {
  const url = new URL(issuer);
  const execute = url.protocol === 'http:' ? [oidc.allowInsecureRequests] : []; // config.ts lets only loopback be http
  const authentication = oidc.ClientSecretBasic(clientSecret.reveal());
  return await oidc.discovery(url, clientId, { response_types: ['code'] }, authentication, { execute, timeout: TIMEOUT_SECONDS });
};

const jwksUrl = (configuration: oidc.Configuration): URL => {
  const { jwks_uri: uri, issuer } = configuration.serverMetadata();
  if (uri === undefined) throw new Error('the identity provider names no key set');
  const url = new URL(uri);
  if (issuer.startsWith('https:') && url.protocol !== 'https:') throw new Error('the key set of an https issuer must be https too');
  return url;
};

/** Keeps the first success; shares one attempt among all who wait; after a failure refuses for a moment without asking. */
const remembered = <T>(fetchOnce: () => Promise<T>, clock: Clock): (() => Promise<T>) => {
  let attempt: Promise<T> | null = null;
  let failure: { readonly at: number; readonly cause: unknown } | null = null;
  const start = async (): Promise<T> => {
    try {
      return await fetchOnce();
    } catch (cause) {
      attempt = null;
      failure = { at: clock.now().getTime(), cause };
      throw new ServiceUnavailable('identity-provider', { cause });
    }
  };
  return async () => {
    if (attempt) return await attempt;
    if (failure && clock.now().getTime() - failure.at < RETRY_AFTER_MS)
      throw new ServiceUnavailable('identity-provider', { cause: failure.cause });
    attempt = start();
    return await attempt;
  };
};
