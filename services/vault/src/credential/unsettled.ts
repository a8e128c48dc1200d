import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { millisecondsBetween } from './awaited.ts';
import type { Credential, RegisteredCredential } from './state.ts';

/** What a failed rotation left at the provider and nobody has proved dead yet. `now`: how long it has been owed. */
export const unsettledOf = (state: RegisteredCredential, issuer: Credential, now: string): readonly UnsettledCandidate[] => {
  const { credentialId, address, incarnation, ledger } = state;
  const issuerGeneration = issuer.status === 'registered' ? { issuerGeneration: issuer.generation } : {};
  return state.versions.flatMap(({ version, status, epoch, providerId, publicFields, stagedAt }) => {
    if (status !== 'discarding' || epoch === null) return [];
    const since = ledger.find((entry) => entry.version === version)?.since ?? stagedAt;
    const owedForMs = Math.max(0, millisecondsBetween(since, now));
    return [{ credentialId, address, version, epoch, incarnation, providerId, publicFields, owedForMs, ...issuerGeneration }];
  });
};
