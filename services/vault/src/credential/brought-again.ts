import { type CredentialFact, eventsOf } from './happened.ts';
import { mayBeOne } from './provider-id.ts';
import { haveSameSecret, type RegisteredCredential, versionOf } from './state.ts';
import { isLive, isRetirable, type Version } from './version.ts';

// A value that somebody brings again: what was owed for it before is owed no more, for whoever pays that debt removes what is in use.

type Heir = Pick<Version, 'version' | 'providerId' | 'editedFrom' | 'sameAs'>;

/** More of them than anybody keeps: each one is opened whenever a value is brought. */
const MOST_COMPARED = 50;

const isOwed = ({ ledger }: RegisteredCredential, { version, status, leftAliveBecause }: Version): boolean =>
  status === 'discarding' || leftAliveBecause !== null || ledger.some((entry) => entry.version === version);

/** The versions whose secret a new value may have: the current one first, then the newest ones that somebody may be told to remove. */
export const comparable = (state: RegisteredCredential): readonly Version[] => {
  const openable = state.versions.filter((version) => isLive(version) && version.shreddedAt === null);
  const owed = openable.filter((version) => version.version !== state.current && isOwed(state, version));
  return [...openable.filter(({ version }) => version === state.current), ...owed.toReversed()].slice(0, MOST_COMPARED);
};

/** What is current, or on its way to be, and may be the same at the provider as a version. */
export const rivalsOf = (state: RegisteredCredential, version: Version): readonly Version[] =>
  state.versions.filter(
    (other) =>
      other.version !== version.version && (other.status === 'current' || other.status === 'pending') && mayBeOne(state, other, version),
  );

/** Is what a version lets in at the provider that of the current one, or of one that is on its way to be, as far as the log knows? */
export const isInUse = (state: RegisteredCredential, version: Version): boolean =>
  rivalsOf(state, version).some((other) => haveSameSecret(state, other, version));

/** What is owed for the secret of `heir` under an older number is settled: it is there because it is in use. */
export const settledByBringing = (state: RegisteredCredential, heir: Heir): CredentialFact[] => {
  if (heir.sameAs === null) return [];
  const make = eventsOf(state);
  const again = state.versions.filter(
    (version) =>
      version.version !== heir.version &&
      version.version !== state.current &&
      mayBeOne(state, version, heir) &&
      haveSameSecret(state, version, heir),
  );
  return again
    .filter((version) => isOwed(state, version) && (version.status === 'discarding' || isRetirable(version.status)))
    .flatMap(({ version, status, epoch }) => [
      make('credential.version-brought-again', { version, as: heir.version }),
      ...(status === 'discarding' && epoch !== null ? [make('credential.version-discarded', { version, epoch })] : []),
      ...(state.ledger.some((entry) => entry.version === version) ? [make('ledger.settled', { version, outcome: 'restored' })] : []),
    ]);
};

/** The version whose secret is brought again, if it is still known: nothing else may be claimed of it. */
export const sameAsOf = (state: RegisteredCredential, sameAs: number | undefined): { readonly sameAs?: number } =>
  sameAs !== undefined && versionOf(state, sameAs) ? { sameAs } : {};
