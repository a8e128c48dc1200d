import { type Credential, type RegisteredCredential, usableOf, type Version, versionOf } from './state.ts';

export type UsableVersion = { readonly credential: RegisteredCredential; readonly version: Version };

const isExpired = ({ expiresAt }: RegisteredCredential, now: string): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= Date.parse(now);

/** By the newest test of the value in use; a provider that nobody reached has refused nothing. */
const isRefused = ({ tests, current }: RegisteredCredential): boolean => {
  const verdict = tests.findLast(({ version }) => version === current)?.verdict;
  return verdict === 'invalid' || verdict === 'forbidden';
};

/** What can be used as far as the vault knows; null where it is disabled, deleted, expired, or refused by its provider. */
export const usableVersionOf = (state: Credential, now: string): UsableVersion | null => {
  const usable = usableOf(state);
  if (!usable.ok || isExpired(usable.value, now) || isRefused(usable.value)) return null;
  const version = versionOf(usable.value, usable.value.current);
  return version ? { credential: usable.value, version } : null;
};
