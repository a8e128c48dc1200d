import { setTimeout as wait } from 'node:timers/promises';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { createPace, createPaces, type Pace, type ProviderRate } from './http/pace.ts';

/**
 * What each provider takes of one account by its own documentation, which its page in docs/providers cites. Namecheap's is the one that satisfies its
 * hourly limit, too. Those of OpenAI, Anthropic, HuggingFace and Keycloak are ours, because they publish none for what is asked there; for the
 * last four there is nobody who could.
 */
export const DECLARED_RATES = {
  cloudflare: { calls: 1200, perMs: 300_000 },
  stripe: { calls: 25, perMs: 1_000 },
  namecheap: { calls: 11, perMs: 60_000 },
  openai: { calls: 300, perMs: 60_000 },
  anthropic: { calls: 50, perMs: 60_000 },
  huggingface: { calls: 6, perMs: 60_000 },
  cohere: { calls: 500, perMs: 60_000 },
  replicate: { calls: 3000, perMs: 60_000 },
  keycloak: { calls: 1200, perMs: 60_000 },
  'llm-endpoint': { calls: 600, perMs: 60_000 },
  oauth: { calls: 1200, perMs: 60_000 },
  generic: { calls: 600, perMs: 60_000 },
  postgres: { calls: 50, perMs: 1_000 },
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

/** Of these each server has the rate by itself. */
const PER_SERVER: ReadonlySet<PacedProvider> = new Set(['llm-endpoint', 'oauth', 'generic', 'postgres']);

/** What the calls of a provider wait for, given the server that they go to: one for all that this process asks there. */
export type ProviderPaces = (provider: PacedProvider) => Pace;

const pauseFor = (ms: number): Promise<void> => wait(ms);

export const providerPaces = (rates: ProviderRates = DECLARED_RATES): ProviderPaces => {
  const made = new Map<PacedProvider, Pace>();
  return (provider) => {
    const options = { rate: rates[provider], now: () => performance.now(), wait: pauseFor };
    const pace = made.get(provider) ?? (PER_SERVER.has(provider) ? createPaces(options) : createPace(options));
    made.set(provider, pace);
    return pace;
  };
};
