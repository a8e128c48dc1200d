import type { LedgerEntry, UnsettledCandidate } from '@keyturn/contracts/queries';
import { millisecondsBetween } from './awaited.ts';
import { isInUse } from './brought-again.ts';
import { isTestable } from './provider-abilities.ts';
import { openRotation } from './rotation.ts';
import { type Credential, type RegisteredCredential, versionOf } from './state.ts';

/** What a provider may have issued to a rotation that is over, without its value ever having come to the vault. */
export const unstagedDebts = (state: RegisteredCredential): readonly LedgerEntry[] => {
  const announced = openRotation(state)?.announced?.version;
  return state.ledger.filter(({ version }) => version !== announced && !versionOf(state, version));
};

/** What rotations left at the provider, nobody has proved dead yet, and the worker may. `now`: how long it has been owed. */
export const unsettledOf = (state: RegisteredCredential, issuer: Credential, now: string): readonly UnsettledCandidate[] => {
  const { credentialId, address, credentialType, incarnation, ledger, rotations } = state;
  const issuerGeneration = issuer.status === 'registered' ? { issuerGeneration: issuer.generation } : {};
  const about = { credentialId, address, credentialType, incarnation, ...issuerGeneration };
  const owedSince = (since: string): number => Math.max(0, millisecondsBetween(since, now));
  const staged = state.versions.flatMap((left) => {
    const { version, status, epoch, providerId, publicFields, stagedAt } = left;
    if (isInUse(state, left)) return [];
    if (status !== 'discarding' || epoch === null || !isTestable(credentialType, publicFields)) return [];
    const since = ledger.find((entry) => entry.version === version)?.since ?? stagedAt;
    const strategy = rotations[epoch - 1]?.strategy ?? 'chosen';
    return [{ ...about, version, epoch, strategy, providerId, publicFields, owedForMs: owedSince(since) }];
  });
  const unstaged = unstagedDebts(state).flatMap(({ version, providerId, since }) => {
    const rotation = rotations.findLast(({ announced }) => announced?.providerId === providerId);
    if (!rotation) return [];
    const { epoch, strategy, endedAt, announced } = rotation;
    const isLeftAlone = announced !== null && announced.incarnation < incarnation;
    const publicFields = versionOf(state, state.current)?.publicFields ?? {};
    return [
      {
        ...about,
        version,
        epoch,
        strategy,
        providerId,
        publicFields,
        hasValue: false,
        isLeftAlone,
        owedForMs: owedSince(endedAt ?? since),
      },
    ];
  });
  return [...staged, ...unstaged];
};
