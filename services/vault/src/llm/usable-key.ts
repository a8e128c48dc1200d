import { LLM_PROVIDERS, type LlmProviderId } from '@keyturn/contracts';
import { type Credential, type RegisteredCredential, usableOf, type Version, versionOf } from '../credential/state.ts';

export type UsableKey = { readonly key: RegisteredCredential; readonly version: Version; readonly baseUrl: string };

const isExpired = ({ expiresAt }: RegisteredCredential, now: string): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= Date.parse(now);

/** By the newest test of the value in use; a provider that nobody reached has refused nothing. */
const isRefused = ({ tests, current }: RegisteredCredential): boolean => {
  const verdict = tests.findLast(({ version }) => version === current)?.verdict;
  return verdict === 'invalid' || verdict === 'forbidden';
};

/** A key that can be used as far as the vault knows; null for one that is passed over: disabled, deleted, expired, or refused by its provider. */
export const usableKeyOf = (state: Credential, provider: LlmProviderId, now: string): UsableKey | null => {
  const usable = usableOf(state);
  if (!usable.ok || isExpired(usable.value, now) || isRefused(usable.value)) return null;
  const version = versionOf(usable.value, usable.value.current);
  if (version?.publicFields['provider'] !== provider) return null;
  const baseUrl = version.publicFields['endpoint'] ?? LLM_PROVIDERS[provider].baseUrl;
  return baseUrl === null ? null : { key: usable.value, version, baseUrl };
};
