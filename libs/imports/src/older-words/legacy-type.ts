import { CREDENTIAL_TYPES, CredentialType, isLlmProvider } from '@keyturn/contracts';

/** What an older system's pair of service and type is here. `provider`: whose LLM key it is. */
export type KnownType = { readonly credentialType: CredentialType; readonly provider?: string; readonly isGuess?: true };

const DATABASES: ReadonlySet<string> = new Set(['postgres', 'postgresql', 'mysql', 'mariadb', 'database', 'db']);

/** Short names that say enough whatever the service is. */
const BY_TYPE: ReadonlyMap<string, CredentialType> = new Map([
  ['client_secret', 'oauth_client_secret'],
  ['oauth_secret', 'oauth_client_secret'],
  ['db_password', 'database_password'],
]);

/** Short names that mean what the service makes of them. */
const BY_SERVICE: ReadonlyMap<string, CredentialType> = new Map([
  ['cloudflare', 'cloudflare_api_token'],
  ['namecheap', 'namecheap_api_key'],
  ['stripe', 'stripe_secret_key'],
]);
const SHORT_TYPES: ReadonlySet<string> = new Set(['api_token', 'api_key', 'token', 'key', 'secret_key']);

/**
 * Which of our types an older system's row is: a name of ours stands; `api_token`, `api_key` and the like are read with their service
 * (`cloudflare` → `cloudflare_api_token`). What nobody knows is kept as `generic`, and marked as a guess.
 */
export const legacyType = (service: string, type: string): KnownType => {
  const [place, name] = [service.trim().toLowerCase(), type.trim().toLowerCase()];
  const llm = isLlmProvider(place) && place !== 'custom' ? { provider: place } : null;
  const ours = CredentialType.safeParse(name);
  if (ours.success && ours.data !== 'user_api_key') return { credentialType: ours.data };
  if (llm && (ours.success || SHORT_TYPES.has(name))) return { credentialType: 'user_api_key', ...llm };
  const known = BY_TYPE.get(name) ?? (SHORT_TYPES.has(name) ? BY_SERVICE.get(place) : undefined);
  if (known) return { credentialType: known };
  if (name === 'password' && DATABASES.has(place)) return { credentialType: 'database_password' };
  return { credentialType: 'generic', isGuess: true };
};

/** The fields of a value of which only "the secret" is known. */
export const mainSecretOf = (type: CredentialType, value: string): Readonly<Record<string, string>> => ({
  [CREDENTIAL_TYPES[type].mainSecret]: value,
});
