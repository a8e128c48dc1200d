import { z } from 'zod';
import type { Fields } from './definition.ts';
import { isLlmProvider, LLM_PROVIDERS, type LlmProviderId } from './llm-providers.ts';
import type { CredentialType } from './registry.ts';

/** At whose provider the values of each type are, in a word; null where a public field says it. */
const PROVIDER_OF_TYPE = {
  cloudflare_api_token: 'cloudflare',
  namecheap_api_key: 'namecheap',
  user_api_key: null,
  openai_admin_key: 'openai',
  oauth_client_secret: 'oauth',
  stripe_secret_key: 'stripe',
  database_password: 'postgres',
  generic: 'generic',
} as const satisfies Record<CredentialType, string | null>;

type OfType = Exclude<(typeof PROVIDER_OF_TYPE)[CredentialType], null>;

/** Every provider, in a word. */
export const PROVIDER_NAMES: readonly (OfType | LlmProviderId)[] = [
  ...new Set([...Object.values(PROVIDER_OF_TYPE).filter((name) => name !== null), ...Object.values(LLM_PROVIDERS).map(({ id }) => id)]),
];
const [FIRST, ...OTHERS] = PROVIDER_NAMES;
export const ProviderName = z.enum(FIRST === undefined ? [] : [FIRST, ...OTHERS]);
export type ProviderName = z.infer<typeof ProviderName>;

/** At whose provider a value of such a type, with such public fields, is; null where they don't say. Several types may be of one provider. */
export const providerOf = (type: CredentialType, { provider = '' }: Fields): ProviderName | null =>
  PROVIDER_OF_TYPE[type] ?? (isLlmProvider(provider) ? provider : null);

/** Of these each credential may be at a server of its own. */
const AT_ANY_SERVER: ReadonlySet<ProviderName> = new Set<ProviderName>(['oauth', 'postgres', 'generic', 'custom']);

/** The same where that is one place for all, whose patience they share; null where each has a server of its own. */
export const sharedProviderOf = (type: CredentialType, publicFields: Fields): ProviderName | null => {
  const name = providerOf(type, publicFields);
  return name === null || AT_ANY_SERVER.has(name) ? null : name;
};

/** Which credentials are of a provider: all of these types, and of the type whose public field says it those that do. */
export const fittingProvider = (name: ProviderName) => ({
  types: Object.entries(PROVIDER_OF_TYPE).flatMap(([type, provider]) => (provider === name ? [type] : [])),
  llmProvider: isLlmProvider(name) ? name : null,
});
