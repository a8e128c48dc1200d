import { setTimeout as wait } from 'node:timers/promises';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { anthropicRate } from './anthropic/rate.ts';
import { cloudflareRate } from './cloudflare/rate.ts';
import { cohereRate } from './cohere/rate.ts';
import { genericRate } from './generic/rate.ts';
import { huggingFaceRate } from './huggingface/rate.ts';
import { keycloakRate } from './keycloak/rate.ts';
import { llmEndpointRate } from './llm-endpoint/rate.ts';
import { namecheapRate } from './namecheap/rate.ts';
import { oauthRate } from './oauth/rate.ts';
import { openAiRate } from './openai/rate.ts';
import { postgresRate } from './postgres/rate.ts';
import { replicateRate } from './replicate/rate.ts';
import { stripeRate } from './stripe/rate.ts';
import { createPace, type Pace, type ProviderRate } from './http/pace.ts';
import type { Turns } from './http/turns.ts';

/** What each provider takes, of one account: declared in its folder, with where that comes from; its page in docs/providers cites it. */
export const DECLARED_RATES = {
  cloudflare: cloudflareRate,
  stripe: stripeRate,
  namecheap: namecheapRate,
  openai: openAiRate,
  anthropic: anthropicRate,
  huggingface: huggingFaceRate,
  cohere: cohereRate,
  replicate: replicateRate,
  keycloak: keycloakRate,
  'llm-endpoint': llmEndpointRate,
  oauth: oauthRate,
  generic: genericRate,
  postgres: postgresRate,
} as const satisfies Readonly<Record<string, ProviderRate>>;
export type PacedProvider = keyof typeof DECLARED_RATES;

export type ProviderRates = Readonly<Record<PacedProvider, ProviderRate>>;

const NAMES: readonly string[] = Object.keys(DECLARED_RATES);
const RATE = /^(?<name>[a-z-]+)=(?<calls>[1-9]\d{0,6})\/(?<perMs>[1-9]\d{0,8})$/u;

/** Rates in place of the declared ones, such as `cloudflare=600/300000`: so many calls in so many milliseconds. */
export const parseProviderRates = (list: string): Result<ProviderRates, string> => {
  const entries = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => RATE.exec(entry)?.groups);
  const given: Record<string, ProviderRate> = {};
  for (const entry of entries) {
    if (!entry || !NAMES.includes(entry['name'] ?? '')) {
      return refuse(`lists <name>=<calls>/<milliseconds>, where a name is one of ${NAMES.join(', ')}`);
    }
    given[entry['name'] ?? ''] = { calls: Number(entry['calls']), perMs: Number(entry['perMs']) };
  }
  return ok({ ...DECLARED_RATES, ...given });
};

/** What people call them, at the beginning of a sentence. */
const CALLED: Readonly<Record<PacedProvider, string>> = {
  cloudflare: 'Cloudflare',
  stripe: 'Stripe',
  namecheap: 'NameCheap',
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  huggingface: 'Hugging Face',
  cohere: 'Cohere',
  replicate: 'Replicate',
  keycloak: 'Keycloak',
  'llm-endpoint': 'The endpoint',
  oauth: 'The token endpoint',
  generic: 'The check',
  postgres: 'Postgres',
};

/** Of these each server has the rate by itself. */
const PER_SERVER: ReadonlySet<PacedProvider> = new Set(['llm-endpoint', 'oauth', 'generic', 'postgres']);

/** What the calls of a provider wait for: one line for all that share the turns. */
export type ProviderPaces = (provider: PacedProvider) => Pace;

const pauseFor = (ms: number): Promise<void> => wait(ms);

export const providerPaces = ({
  rates = DECLARED_RATES,
  turns,
}: {
  readonly rates?: ProviderRates;
  readonly turns: Turns;
}): ProviderPaces => {
  const made = new Map<PacedProvider, Pace>();
  return (provider) => {
    const options = { rate: rates[provider], turns, now: () => performance.now(), wait: pauseFor };
    const pace = made.get(provider) ?? createPace({ provider, name: CALLED[provider], isPerServer: PER_SERVER.has(provider), ...options });
    made.set(provider, pace);
    return pace;
  };
};
