import type { Untested } from '@keyturn/contracts';
import { settledByBringing } from './brought-again.ts';
import { whyIrrevocable } from './ending.ts';
import { expiryAfter } from './expiry.ts';
import { nextGeneration } from './generation.ts';
import { type CredentialFact, eventsOf } from './happened.ts';
import { strategyNow } from './provider-abilities.ts';
import { isOurs, restoredBy, whyReplaced } from './replaced.ts';
import { haveSameSecret, type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';

// The commit of a change outside rotations, and what is owed then for the version that was current before.

/** What of the next version decides on what the one before it still owes: it may not be in the state yet. */
export type Heir = Pick<Version, 'version' | 'providerId' | 'editedFrom' | 'sameAs' | 'expiresAt'>;

type Owed = { readonly leftAlive: { leftAliveBecause?: string }; readonly ledger: readonly CredentialFact[] };
const NOTHING: Owed = { leftAlive: {}, ledger: [] };

/** Why nobody revokes at the provider what a person had made there; null where Keyturn can, or made it. */
const whyLeftAlive = (state: RegisteredCredential, old: Version): string | null => {
  if (isOurs(state, old)) return null;
  return whyIrrevocable(state) ?? (strategyNow(state) === 'issued' ? 'it was replaced by hand: remove it at the provider' : null);
};

/** The provider may still accept the old value: the ledger says so, or, where a person made it and nobody can revoke it there, why it is left alive. */
const owedFor = (state: RegisteredCredential, old: Version, heir: Heir): Owed => {
  const isSameLogin = old.providerId === heir.providerId;
  if (isSameLogin && haveSameSecret(state, old, heir)) return NOTHING;
  const why = whyLeftAlive(state, old);
  if (why !== null) return { leftAlive: { leftAliveBecause: why }, ledger: [] };
  const { version, providerId } = old;
  const sentence = isSameLogin
    ? `Replaced by hand in the same login, ${providerId}: it ends when that is revoked.`
    : whyReplaced(state, old);
  return { leftAlive: {}, ledger: [eventsOf(state)('ledger.recorded', { kind: 'superseded-not-revoked', version, providerId, sentence })] };
};

const markOf = <Mark extends Untested>(untested: Mark | undefined) => (untested === undefined ? {} : { untested });

/** A version that was staged for it becomes current. */
export const commitForward = (state: RegisteredCredential, heir: Heir, untested: Untested | undefined): CredentialFact[] => {
  const make = eventsOf(state);
  const { version } = heir;
  const old = versionOf(state, state.current);
  const rotated = make('credential.rotated', {
    from: state.current,
    to: version,
    generation: nextGeneration(state),
    epoch: null,
    ...markOf(untested),
    ...expiryAfter(state, heir),
  });
  const again = settledByBringing(state, heir);
  if (!old) return [rotated, ...again];
  const { leftAlive, ledger } = owedFor(state, old, heir);
  return [rotated, make('credential.version-superseded', { version: old.version, by: version, ...leftAlive }), ...ledger, ...again];
};

/** An older version becomes current again. */
export const commitBack = (
  state: RegisteredCredential,
  target: Version,
  reason: string,
  untested: 'unreachable' | 'no-test' | undefined,
): CredentialFact[] => {
  const make = eventsOf(state);
  const { version } = target;
  const withdrawn = versionOf(state, state.current);
  const { leftAlive, ledger } = withdrawn ? owedFor(state, withdrawn, target) : NOTHING;
  const from = withdrawn?.version ?? version;
  return [
    ...(withdrawn ? [make('credential.version-withdrawn', { version: withdrawn.version, reason, ...leftAlive })] : []),
    make('credential.rolled-back', {
      from,
      to: version,
      generation: nextGeneration(state),
      reason,
      ...markOf(untested),
      ...expiryAfter(state, target),
    }),
    ...restoredBy(state, target).map((restored) => make('ledger.settled', { version: restored, outcome: 'restored' })),
    ...ledger,
  ];
};
