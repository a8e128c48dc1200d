import { setTimeout as wait } from 'node:timers/promises';
import type { CredentialType, TestedType } from '@keyturn/contracts';
import { systemClock } from '@keyturn/kernel';
import { cloudflareAdapter, cloudflareRotation } from './cloudflare/index.ts';
import { providerHttp, type ProviderHttpOptions, publicOnly } from './http/index.ts';
import { llmAdapter } from './llm/index.ts';
import { namecheapAdapter } from './namecheap/index.ts';
import { oauthAdapter } from './oauth/index.ts';
import { postgresProvider, type PostgresProviderOptions } from './postgres/index.ts';
import { adapterOf, type ProviderAdapter } from './provider-adapter.ts';
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
};

/** All adapters there are. */
export const providerAdapters = ({
  postgres = {},
  http: options = { rules: publicOnly },
  urls = {},
}: ProviderAdapterOptions = {}): ProviderAdapters => {
  const http = providerHttp(options);
  return {
    cloudflare_api_token: cloudflareAdapter(http, urls['cloudflare']),
    namecheap_api_key: namecheapAdapter(http, { production: urls['namecheap'], sandbox: urls['namecheap-sandbox'] }),
    user_api_key: llmAdapter(http, urls),
    oauth_client_secret: oauthAdapter(http),
    stripe_secret_key: stripeAdapter(http, urls['stripe']),
    database_password: adapterOf(postgresProvider(postgres)),
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
}: ProviderAdapterOptions = {}): RotationProviders => ({
  database_password: chosenRotation(postgresProvider(postgres)),
  cloudflare_api_token: cloudflareRotation({ http: providerHttp(http), baseUrl: urls['cloudflare'], now: systemNow, wait: pause }),
});

export { parseProviderUrls } from './provider-urls.ts';
