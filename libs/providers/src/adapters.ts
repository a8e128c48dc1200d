import { setTimeout as wait } from 'node:timers/promises';
import type { CredentialType, LlmProviderId, TestedType } from '@keyturn/contracts';
import { systemClock } from '@keyturn/kernel';
import { cloudflareAdapter, cloudflareRotation } from './cloudflare/index.ts';
import { genericAdapter } from './generic/index.ts';
import { type IsTooMany, paced, type ProviderHttp, providerHttp, type ProviderHttpOptions, publicOnly } from './http/index.ts';
import { keycloakRotation } from './keycloak/index.ts';
import { llmAdapter } from './llm/index.ts';
import { isTooManyOfNamecheap } from './namecheap/error-numbers.ts';
import { namecheapAdapter } from './namecheap/index.ts';
import { oauthAdapter } from './oauth/index.ts';
import { openAiAdminAdapter, openAiRotation } from './openai/index.ts';
import { postgresProvider, type PostgresProviderOptions } from './postgres/index.ts';
import { adapterOf, type ProviderAdapter } from './provider-adapter.ts';
import type { PacedProvider, ProviderPaces } from './provider-rates.ts';
import type { ProviderUrls } from './provider-urls.ts';
import { chosenRotation } from './rotation/chosen-rotation.ts';
import type { RotationProvider } from './rotation/rotation-provider.ts';
import { stripeAdapter } from './stripe/index.ts';

/** By type of credential: each one that says what its test needs (`neededToTest`) has its adapter here, or this doesn't compile. */
export type ProviderAdapters = Readonly<Record<TestedType, ProviderAdapter>>;

export type ProviderAdapterOptions = {
  readonly postgres?: PostgresProviderOptions;
  readonly http?: ProviderHttpOptions;
  readonly urls?: ProviderUrls;
  /** Given to all that one process asks providers with, so that together they keep within the rates; without them nothing waits. */
  readonly paces?: ProviderPaces;
};

/** One that is no provider of its own has an endpoint of its own. */
const rateOfKeys = (provider: LlmProviderId): PacedProvider => (provider === 'custom' ? 'llm-endpoint' : provider);

const databases = (options: PostgresProviderOptions, paces: ProviderPaces | undefined) =>
  postgresProvider(paces ? { ...options, pace: paces('postgres') } : options);

const at = (http: ProviderHttp, paces: ProviderPaces | undefined, name: PacedProvider, isTooMany?: IsTooMany): ProviderHttp =>
  paces ? paced(http, paces(name), isTooMany) : http;

/** All adapters there are. */
export const providerAdapters = ({
  postgres = {},
  http: options = { rules: publicOnly },
  urls = {},
  paces,
}: ProviderAdapterOptions = {}): ProviderAdapters => {
  const http = providerHttp(options);
  return {
    cloudflare_api_token: cloudflareAdapter(at(http, paces, 'cloudflare'), urls['cloudflare']),
    namecheap_api_key: namecheapAdapter(at(http, paces, 'namecheap', isTooManyOfNamecheap), {
      production: urls['namecheap'],
      sandbox: urls['namecheap-sandbox'],
    }),
    user_api_key: llmAdapter((provider) => at(http, paces, rateOfKeys(provider)), urls),
    openai_admin_key: openAiAdminAdapter(at(http, paces, 'openai'), urls['openai']),
    oauth_client_secret: oauthAdapter(at(http, paces, 'oauth')),
    stripe_secret_key: stripeAdapter(at(http, paces, 'stripe'), urls['stripe']),
    database_password: adapterOf(databases(postgres, paces)),
    generic: genericAdapter(at(http, paces, 'generic')),
  };
};

/** By type of credential: those that the engine rotates by itself. */
export type RotationProviders = Readonly<Partial<Record<CredentialType, RotationProvider>>>;

const systemNow = (): Date => systemClock.now();
const pause = (ms: number): Promise<void> => wait(ms);

/** All that there are. */
export const rotationProviders = ({
  postgres = {},
  http = { rules: publicOnly },
  urls = {},
  paces,
}: ProviderAdapterOptions = {}): RotationProviders => {
  const client = providerHttp(http);
  const clocks = { now: systemNow, wait: pause };
  return {
    database_password: chosenRotation(databases(postgres, paces)),
    cloudflare_api_token: cloudflareRotation({ ...clocks, http: at(client, paces, 'cloudflare'), baseUrl: urls['cloudflare'] }),
    user_api_key: openAiRotation({ ...clocks, http: at(client, paces, 'openai'), baseUrl: urls['openai'] }),
    oauth_client_secret: keycloakRotation({ ...clocks, http: at(client, paces, 'keycloak') }),
  };
};

export { DECLARED_RATES, parseProviderRates, providerPaces, type ProviderPaces, type ProviderRates } from './provider-rates.ts';
export { parseProviderUrls } from './provider-urls.ts';
