import type { Reply } from '@keyturn/contracts';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ListCredentials } from '@keyturn/contracts/queries';
import { refuse } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { accessFold, streamOf } from '../folds.ts';
import { deleteCredential } from './delete-credential.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';

/** Through the log, so that a repeat has its verdict: the credential that the first run deleted isn't looked for again. */
const refuseRecorded = async (deps: VaultDeps, opened: Opened, scope: string, refusal: Refusal): Promise<Reply> =>
  replyOf(await deps.log.submit(accessFold, { ...jobOf(deps, opened), stream: streamOf.access(scope), decide: () => refuse(refusal) }));

/** Deletes the only one there is. */
export const deleteOnlyCredential = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'credential.delete-only'>,
): Promise<Reply> => {
  const { scope, service, credentialType, reason, leftAliveBecause } = data;
  const { items } = await deps.table.list(ListCredentials.parse({ scope, service, credentialType, limit: 2 }));
  const [only, another] = items;
  if (!only) return refuseRecorded(deps, opened, scope, { code: 'credential-unknown' });
  if (another) {
    const sentence = `There are several of ${service}: say which one is to be deleted.`;
    return refuseRecorded(deps, opened, scope, { code: 'credential-ambiguous', sentence });
  }
  const { credentialId, address } = only;
  return deleteCredential(deps, opened, { credentialId, confirm: address, reason, leftAliveBecause });
};
