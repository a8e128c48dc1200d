import { setTimeout as wait } from 'node:timers/promises';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { createPace, type ProviderRate } from './http/pace.ts';

/**
 * What each provider takes by its own documentation, of one account. OpenAI's administration and Keycloak publish no limit: theirs is one that
 * lets many rotations at once go on, and is no burden. One that isn't here has none: a database, or whatever a single test calls.
 */
export const DECLARED_RATES = {
  cloudflare: { calls: 1200, perMs: 300_000 },
  stripe: { calls: 25, perMs: 1_000 },
  namecheap: { calls: 20, perMs: 60_000 },
  openai: { calls: 300, perMs: 60_000 },
  keycloak: { calls: 1200, perMs: 60_000 },
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

/** For each provider with a rate, what its calls wait for: one for all that this process asks there. */
export type ProviderPaces = Readonly<Record<PacedProvider, () => Promise<void>>>;

const pauseFor = (ms: number): Promise<void> => wait(ms);
const paceOf = (rate: ProviderRate): (() => Promise<void>) => createPace({ rate, now: () => performance.now(), wait: pauseFor });

export const providerPaces = (rates: ProviderRates = DECLARED_RATES): ProviderPaces => ({
  cloudflare: paceOf(rates.cloudflare),
  stripe: paceOf(rates.stripe),
  namecheap: paceOf(rates.namecheap),
  openai: paceOf(rates.openai),
  keycloak: paceOf(rates.keycloak),
});
