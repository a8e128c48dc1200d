import type { CredentialType } from '@keyturn/contracts';

/** How one variable becomes a credential. */
export type EnvRule = {
  readonly variable: string;
  readonly service: string;
  readonly credentialType: CredentialType;
  /** Public fields that other variables bring along. */
  readonly beside: Readonly<Record<string, string>>;
  /** Public fields that are the same for all. */
  readonly fixed?: Readonly<Record<string, string>>;
};

const llm = (variable: string, provider: string): EnvRule => ({
  variable,
  service: provider,
  credentialType: 'user_api_key',
  beside: {},
  fixed: { provider },
});

const postgres = (variable: string, prefix: 'PG' | 'POSTGRES_', names: readonly [string, string, string, string]): EnvRule => {
  const [host, port, database, username] = names.map((name) => `${prefix}${name}`);
  return {
    variable,
    service: 'postgres',
    credentialType: 'database_password',
    beside: { [host ?? '']: 'host', [port ?? '']: 'port', [database ?? '']: 'database', [username ?? '']: 'username' },
  };
};

/**
 * Which variables of a `.env` file become which credential (docs/migrating.md shows the same table). The file's name becomes the last part
 * of the address, so that several files lie side by side.
 */
export const ENV_TABLE: readonly EnvRule[] = [
  {
    variable: 'CLOUDFLARE_API_TOKEN',
    service: 'cloudflare',
    credentialType: 'cloudflare_api_token',
    beside: { CLOUDFLARE_ACCOUNT_ID: 'accountId', CLOUDFLARE_API_BASE_URL: 'apiBaseUrl' },
  },
  {
    variable: 'NAMECHEAP_API_KEY',
    service: 'namecheap',
    credentialType: 'namecheap_api_key',
    beside: {
      NAMECHEAP_API_USERNAME: 'apiUser',
      NAMECHEAP_USERNAME: 'userName',
      NAMECHEAP_CLIENT_IP: 'clientIp',
      NAMECHEAP_SANDBOX: 'sandbox',
    },
  },
  { variable: 'STRIPE_SECRET_KEY', service: 'stripe', credentialType: 'stripe_secret_key', beside: { STRIPE_API_VERSION: 'apiVersion' } },
  { variable: 'STRIPE_API_KEY', service: 'stripe', credentialType: 'stripe_secret_key', beside: { STRIPE_API_VERSION: 'apiVersion' } },
  {
    variable: 'KEYCLOAK_CLIENT_SECRET',
    service: 'keycloak',
    credentialType: 'oauth_client_secret',
    beside: { KEYCLOAK_CLIENT_ID: 'clientId', KEYCLOAK_ISSUER: 'issuerUrl' },
  },
  {
    variable: 'OIDC_CLIENT_SECRET',
    service: 'oidc',
    credentialType: 'oauth_client_secret',
    beside: { OIDC_CLIENT_ID: 'clientId', OIDC_ISSUER: 'issuerUrl' },
  },
  postgres('PGPASSWORD', 'PG', ['HOST', 'PORT', 'DATABASE', 'USER']),
  postgres('POSTGRES_PASSWORD', 'POSTGRES_', ['HOST', 'PORT', 'DB', 'USER']),
  llm('OPENAI_API_KEY', 'openai'),
  llm('ANTHROPIC_API_KEY', 'anthropic'),
  llm('HUGGINGFACE_API_KEY', 'huggingface'),
  llm('HF_TOKEN', 'huggingface'),
  llm('COHERE_API_KEY', 'cohere'),
  llm('CO_API_KEY', 'cohere'),
  llm('REPLICATE_API_TOKEN', 'replicate'),
];
