import { isLlmProvider, LLM_PROVIDERS } from '@keyturn/contracts';
import type { ByokKey } from '@keyturn/contracts/api';
import type { Tone } from '../../shared/state/status-badge.tsx';

/** What its owner calls a key. */
export const labelOf = ({ label, name }: Pick<ByokKey, 'label' | 'name'>): string => label ?? name;

/** A provider by its name; one that this page doesn't know by its id. */
export const nameOfProvider = (id: string): string => (isLlmProvider(id) ? LLM_PROVIDERS[id].name : id);

export const docsOfProvider = (id: string): string | null => (isLlmProvider(id) ? LLM_PROVIDERS[id].docsUrl : null);

export const TONE_OF_TEST: Record<ByokKey['test_status'], Tone> = {
  valid: 'good',
  invalid: 'bad',
  forbidden: 'bad',
  unreachable: 'warn',
  'rate-limited': 'warn',
  testing: 'busy',
  untested: 'warn',
  'no-test': 'idle',
};

const ORDER: readonly string[] = Object.keys(LLM_PROVIDERS);

export type KeysOfProvider = { readonly provider: string; readonly keys: readonly ByokKey[] };

/** Keys by provider in the order in which providers are offered, the default first. */
export const byProvider = (keys: readonly ByokKey[]): readonly KeysOfProvider[] => {
  const known = [...new Set(keys.map(({ provider }) => provider))].toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other));
  return known.map((provider) => ({
    provider,
    keys: keys.filter((key) => key.provider === provider).toSorted((one, other) => Number(other.is_default) - Number(one.is_default)),
  }));
};
