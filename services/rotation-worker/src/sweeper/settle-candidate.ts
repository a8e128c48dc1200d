import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { fenceOf, openFields, usernameOf, type ActivityDeps } from '../activities/activity.ts';
import { commandIdOf } from '../activities/command-id.ts';
import { orRefused, refused, refusedByVault } from '../activities/failure.ts';
import { revokeOrTell } from '../activities/revoke-failure.ts';

/**
 * Removes what a failed rotation left at the provider: shuts the candidate's login under its fence, which also refuses an `apply` that
 * still sleeps in a paused worker, and records it as discarded once the provider has refused it twice. `root` names this try.
 */
export const settleCandidate = async (
  deps: Pick<ActivityDeps, 'vault' | 'logins' | 'log'>,
  candidate: UnsettledCandidate,
  root: string,
): Promise<void> => {
  const { credentialId, version } = candidate;
  await revokeOrTell(deps, candidate, root, async () => {
    const change = {
      issuer: await openFields(deps, { credentialId, what: 'issuer' }),
      fence: fenceOf(candidate),
      username: usernameOf(candidate.publicFields),
    };
    orRefused(await deps.logins.erase(change));
    const { state, sentence } = await deps.logins.isDead(await openFields(deps, { credentialId, what: 'version', version }));
    if (state !== 'dead') throw refused(state === 'alive' ? 'still-alive' : 'provider-unreachable', sentence);
  });
  const data = { credentialId, version };
  const recorded = await deps.vault.report('ledger.record-discarded', data, { commandId: commandIdOf('ledger', candidate.epoch, data) });
  if (!recorded.ok && recorded.refusal.code !== 'version-not-discarding') throw refusedByVault('record the discard', recorded.refusal);
};
