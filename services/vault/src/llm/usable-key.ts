import { LLM_PROVIDERS, type LlmProviderId } from '@keyturn/contracts';
import type { Credential } from '../credential/state.ts';
import { usableVersionOf, type UsableVersion } from '../credential/usable.ts';

export type UsableKey = UsableVersion & { readonly baseUrl: string };

/** A key of the provider that can be used, and where; null for one that is passed over. */
export const usableKeyOf = (state: Credential, provider: LlmProviderId, now: string): UsableKey | null => {
  const usable = usableVersionOf(state, now);
  if (usable?.version.publicFields['provider'] !== provider) return null;
  const baseUrl = usable.version.publicFields['endpoint'] ?? LLM_PROVIDERS[provider].baseUrl;
  return baseUrl === null ? null : { ...usable, baseUrl };
};
