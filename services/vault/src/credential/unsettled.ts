import { endsAtOnce } from '@keyturn/contracts';
import type { LedgerEntry, UnsettledCandidate } from '@keyturn/contracts/queries';
import { type Facts, millisecondsBetween } from './awaited.ts';
import { isInUse } from './brought-again.ts';
import { isTestable, strategyNow } from './provider-abilities.ts';
import { latestRotation, openRotation } from './rotation.ts';
import { replacedToSettle } from './replaced-proof.ts';
import { type Credential, type RegisteredCredential, versionOf } from './state.ts';
import { policyInForce } from './waits.ts';

/** What a provider may have issued to a rotation that is over, without its value ever having come to the vault. */
export const unstagedDebts = (state: RegisteredCredential): readonly LedgerEntry[] => {
  const announced = openRotation(state)?.announced?.version;
  return state.ledger.filter(({ version }) => version !== announced && !versionOf(state, version));
};

/** What was replaced outside a rotation, under a fence that outranks every rotation that has been. */
const replacedOf = (state: RegisteredCredential, facts: Facts) =>
  replacedToSettle(state, facts).flatMap(({ version, status, providerId, publicFields, supersededAt, stagedAt }) => {
    const { epoch } = latestRotation(state) ?? {};
    if (epoch === undefined) return [];
    const { graceMs, soakMs } = policyInForce(state);
    // What its provider can only delete can't be let in again.
    const replaced = { isRevoking: status === 'revoking', graceMs, soakMs: endsAtOnce(state.credentialType) ? 0 : soakMs };
    return [{ version, epoch, strategy: strategyNow(state), providerId, publicFields, replaced, since: supersededAt ?? stagedAt }];
  });

/** What rotations and changes left at the provider, nobody has proved dead yet, and the worker may. `facts.now`: how long it has been owed. */
export const unsettledOf = (state: RegisteredCredential, issuer: Credential, facts: Facts): readonly UnsettledCandidate[] => {
  const { credentialId, address, credentialType, incarnation, ledger, rotations } = state;
  const issuerGeneration = issuer.status === 'registered' ? { issuerGeneration: issuer.generation } : {};
  const about = { credentialId, address, credentialType, incarnation, ...issuerGeneration };
  const owedSince = (since: string): number => Math.max(0, millisecondsBetween(since, facts.now));
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
  const replaced = replacedOf(state, facts).map(({ since, ...left }) => ({ ...about, ...left, owedForMs: owedSince(since) }));
  return [...staged, ...unstaged, ...replaced];
};
