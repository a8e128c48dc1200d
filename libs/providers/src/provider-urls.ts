import { ok, refuse, type Result } from '@keyturn/kernel';
import { LLM_CALLS } from './llm/llm-calls.ts';

const NAMES = ['cloudflare', 'stripe', 'namecheap', 'namecheap-sandbox', ...Object.keys(LLM_CALLS)] as const;

/** Where providers are asked instead of at their public addresses, by name. What a credential itself says comes first. */
export type ProviderUrls = Readonly<Record<string, string>>;

/** The addresses in a list such as `stripe=https://gateway.internal/stripe/v1,openai=https://gateway.internal/openai/v1`. */
export const parseProviderUrls = (list: string): Result<ProviderUrls, string> => {
  const entries = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const);
  const fits = entries.every(
    ([name, url]) => (NAMES as readonly string[]).includes(name) && /^https?:\/\//u.test(url) && URL.canParse(url),
  );
  return fits ? ok(Object.fromEntries(entries)) : refuse(`lists <name>=<URL>, where a name is one of ${NAMES.join(', ')}`);
};
