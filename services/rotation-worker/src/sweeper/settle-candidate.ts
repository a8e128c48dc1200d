import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { fenceOf, openFields, providerFor, providerIdOf, testerFor, type ActivityDeps } from '../activities/activity.ts';
import { commandIdOf } from '../activities/command-id.ts';
import { orRefused, orStillAlive, refused, refusedByVault } from '../activities/failure.ts';
import { revokeOrTell } from '../activities/revoke-failure.ts';

export type SettleDeps = Pick<ActivityDeps, 'vault' | 'providers' | 'adapters' | 'log'> & {
  /** How long after it was announced a value may still be on its way into being at the provider: until then nothing is settled for good. */
  readonly issueTakesMs: number;
};

/** Removes a value that came to the vault: the provider refuses it twice before it counts as gone. */
const removeStaged = async (deps: SettleDeps, candidate: UnsettledCandidate): Promise<void> => {
  const { credentialId, version } = candidate;
  // What a person made, a person removes: until then it is owed.
  if (candidate.strategy !== 'assisted') {
    const issuer = await openFields(deps, { credentialId, what: 'issuer' });
    orRefused(await providerFor(deps, candidate).erase({ issuer, fence: fenceOf(candidate), providerId: providerIdOf(candidate) }));
  }
  orStillAlive(await testerFor(deps, candidate).isDead(await openFields(deps, { credentialId, what: 'version', version })));
};

/** Removes by its handle what the provider may have issued without our hearing of it; there is no value to try. */
const removeAnnounced = async (deps: SettleDeps, candidate: UnsettledCandidate, root: string): Promise<void> => {
  const { credentialId, providerId, owedForMs = 0, isLeftAlone = false } = candidate;
  await revokeOrTell(deps, candidate, root, async () => {
    if (isLeftAlone)
      throw refused(
        'left-alone',
        `What was lost with the log may have put ${providerId} to use: remove it at the provider if nobody uses it.`,
      );
    const issuer = await openFields(deps, { credentialId, what: 'issuer' });
    orRefused(await providerFor(deps, candidate).erase({ issuer, fence: fenceOf(candidate), providerId }));
  });
  if (owedForMs < deps.issueTakesMs)
    throw refused('too-early', `The provider may still be creating ${providerId}: it is looked for again until that can't be.`);
};

/**
 * Removes what a failed rotation left at the provider: shuts the candidate's login under its fence, which also refuses an `apply` that
 * still sleeps in a paused worker, or deletes what was issued, and records it as discarded. `root` names this try.
 */
export const settleCandidate = async (deps: SettleDeps, candidate: UnsettledCandidate, root: string): Promise<void> => {
  const { credentialId, version, providerId } = candidate;
  await (candidate.hasValue === false
    ? removeAnnounced(deps, candidate, root)
    : revokeOrTell(deps, candidate, root, () => removeStaged(deps, candidate)));
  const data = { credentialId, version, providerId };
  const recorded = await deps.vault.report('ledger.record-discarded', data, { commandId: commandIdOf('ledger', candidate.epoch, data) });
  if (!recorded.ok && recorded.refusal.code !== 'version-not-discarding') throw refusedByVault('record the discard', recorded.refusal);
};
