import { isInUse } from './brought-again.ts';
import { whyIrrevocable } from './ending.ts';
import { openRotation } from './rotation.ts';
import { haveSameSecret, type RegisteredCredential, sameLogin, versionOf } from './state.ts';
import { isRetirable, type Version } from './version.ts';

// What was in use until somebody replaced it outside a rotation: no rotation retires it, so the sweeper does, or a person settles it.

/** Did Keyturn make it, or have it made? What a person made is a person's to remove. */
export const isOurs = (state: RegisteredCredential, version: Version): boolean =>
  sameLogin(state, version).some(({ epoch }) => epoch !== null && state.rotations[epoch - 1]?.strategy !== 'assisted');

/** Its login is in use or is being retired: it ends with that. */
const endsWithAnother = (state: RegisteredCredential, version: Version): boolean => {
  const retiring = openRotation(state)?.retiring;
  return sameLogin(state, version).some((other) => ['current', 'pending'].includes(other.status) || other.version === retiring);
};

/** Is it owed, and does no rotation retire it? */
export const isReplaced = (state: RegisteredCredential, version: Version | undefined): version is Version =>
  version !== undefined &&
  state.deletion === null &&
  (isRetirable(version.status) || version.status === 'revoking') &&
  state.ledger.some((entry) => entry.version === version.version) &&
  !endsWithAnother(state, version) &&
  !isInUse(state, version);

export const replacedDebts = (state: RegisteredCredential): readonly Version[] =>
  state.ledger.map((entry) => versionOf(state, entry.version)).filter((version) => isReplaced(state, version));

/** The versions in the ledger that are the target, or that were made of it with the same secret: nothing has to end them any more. */
export const restoredBy = (state: RegisteredCredential, target: Version): readonly number[] =>
  state.ledger
    .map((entry) => versionOf(state, entry.version))
    .filter((version) => version !== undefined)
    .filter((version) => version.providerId === target.providerId && haveSameSecret(state, version, target))
    .map(({ version }) => version);

/** Why it is still there, until somebody has tried to remove it. Nothing is promised that Keyturn can't do as the credential is now. */
export const whyReplaced = (state: RegisteredCredential, version: Version): string => {
  const byHand = `remove ${isOurs(state, version) ? version.providerId : 'it'} at the provider where nobody uses it, and say so here.`;
  if (!isOurs(state, version)) return `Replaced by hand, and Keyturn didn't make ${version.providerId}: ${byHand}`;
  const why = whyIrrevocable(state);
  if (why !== null) return `Replaced by hand, and Keyturn doesn't remove it (${why}): ${byHand}`;
  return 'Replaced by hand: Keyturn removes it at the provider once nobody uses it any more.';
};
