import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import type { OpenedFields, RotationProvider } from '@keyturn/providers';
import { fenceOf, openFields, providerFor, providerIdOf, type ActivityDeps } from '../activities/activity.ts';
import { commandIdOf } from '../activities/command-id.ts';
import { orRefused, refused, refusedByVault } from '../activities/failure.ts';
import { describeUse } from '../activities/observe-use.ts';
import { revokeOrTell } from '../activities/revoke-failure.ts';

type Deps = Pick<ActivityDeps, 'vault' | 'providers' | 'log'>;

/** What was in use until somebody replaced it outside a rotation. */
export type Replaced = UnsettledCandidate & { readonly replaced: NonNullable<UnsettledCandidate['replaced']> };

export const isReplaced = (candidate: UnsettledCandidate): candidate is Replaced => candidate.replaced !== undefined;

/** The provider's word, by its own clock, that nobody used it for the grace; a refusal where somebody did. */
const proveUnused = async (provider: RotationProvider, issuer: OpenedFields, { replaced, ...left }: Replaced): Promise<string> => {
  const providerId = providerIdOf(left);
  const { sampledAt } = orRefused(await provider.sampleUse({ issuer, providerId }));
  const since = new Date(Date.parse(sampledAt) - replaced.graceMs).toISOString();
  const seen = orRefused(await provider.sampleUse({ issuer, providerId, since, last: since }));
  const row = { version: left.version, idle: seen.sessions === 0, samples: 1, since, last: seen.sampledAt };
  const sentence = describeUse(providerId, row, seen);
  if (!row.idle) throw refused('still-used', sentence);
  return sentence;
};

const startRevocation = async ({ vault }: Deps, { credentialId, version }: Replaced, evidence: string, root: string): Promise<void> => {
  const data = { credentialId, version, evidence };
  const started = await vault.report('ledger.start-revocation', data, { commandId: commandIdOf(root, 'ledger.start-revocation', data) });
  if (!started.ok) throw refusedByVault('start the revocation', started.refusal);
};

/** Nobody uses it any more, or somebody has removed it already: it goes for good, and is dead once the provider has refused it twice. */
const remove = async (deps: Deps, left: Replaced, root: string): Promise<void> => {
  const { credentialId, version } = left;
  const provider = providerFor(deps, left);
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  if (!left.replaced.isRevoking) await startRevocation(deps, left, await proveUnused(provider, issuer, left), root);
  orRefused(await provider.erase({ issuer, fence: fenceOf(left), providerId: providerIdOf(left) }));
  const { state, sentence } = await provider.isDead(await openFields(deps, { credentialId, what: 'version', version }));
  if (state !== 'dead') throw refused(state === 'alive' ? 'still-alive' : 'provider-unreachable', sentence);
};

/** Removes what somebody replaced outside a rotation, and records it as revoked. `root` names this try. */
export const settleReplaced = async (deps: Deps, left: Replaced, root: string): Promise<void> => {
  const { credentialId, version } = left;
  await revokeOrTell(deps, left, root, () => remove(deps, left, root));
  const data = { credentialId, version };
  const recorded = await deps.vault.report('ledger.record-revoked', data, { commandId: commandIdOf(root, 'ledger.record-revoked', data) });
  if (!recorded.ok && recorded.refusal.code !== 'version-not-revoking') throw refusedByVault('record the revoke', recorded.refusal);
};
