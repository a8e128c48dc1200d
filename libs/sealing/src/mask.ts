const WHOLE = '••••••';
const SHORTEST_SHOWN = 20;
/** A vendor's prefix such as `sk-`, `hf_`, `r8_` or `ghp_`: public, the same in all keys of its kind. */
const PREFIX = /^[a-z][a-z0-9]{1,3}[-_]/;

/** Types whose value is an API key: long, random, and told apart by its ends. Everything else is masked whole. */
const API_KEY_TYPES: ReadonlySet<string> = new Set(['cloudflare_api_token', 'namecheap_api_key', 'user_api_key', 'stripe_secret_key']);

/**
 * What may be shown of a secret. An API key of 20 characters or more: its vendor's short prefix if it has one, then the first four and the
 * last four characters (`sk-1234...5678`). Everything else: six dots, whatever its length.
 */
export const mask = (credentialType: string, value: string): string => {
  if (!API_KEY_TYPES.has(credentialType) || value.length < SHORTEST_SHOWN) return WHOLE;
  const prefix = PREFIX.exec(value)?.[0] ?? '';
  return `${value.slice(0, prefix.length + 4)}...${value.slice(-4)}`;
};
