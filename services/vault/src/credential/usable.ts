import { saysNothing } from '@keyturn/contracts';
import { type Credential, type RegisteredCredential, usableOf, versionOf } from './state.ts';
import type { Version } from './version.ts';

export type UsableVersion = { readonly credential: RegisteredCredential; readonly version: Version };

const isExpired = ({ expiresAt }: RegisteredCredential, now: string): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= Date.parse(now);

/** What the provider said where it refused the value in use in the newest test that it answered; one in which nobody was reached takes nothing back. */
export const refusedBecause = ({ tests, current }: Pick<RegisteredCredential, 'tests' | 'current'>): string | null => {
  const newest = tests.findLast(({ version, verdict }) => version === current && !saysNothing(verdict));
  return newest?.verdict === 'invalid' || newest?.verdict === 'forbidden' ? newest.sentence : null;
};

/** What can be used as far as the vault knows; null where it is disabled, deleted, expired, or refused by its provider. */
export const usableVersionOf = (state: Credential, now: string): UsableVersion | null => {
  const usable = usableOf(state);
  if (!usable.ok || isExpired(usable.value, now) || refusedBecause(usable.value) !== null) return null;
  const version = versionOf(usable.value, usable.value.current);
  return version ? { credential: usable.value, version } : null;
};
