import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import type { VaultDeps } from '../deps.ts';
import { submitToCredential } from './credential-job.ts';
import { markAs, markedById, readsMark } from './default-mark.ts';
import type { Opened } from './opened.ts';

/** Changes what is said of a credential, and who is its service's default: together or not at all. */
export const changeCredentialDetails = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'credential.change-details'>,
): Promise<Reply> => {
  const { credentialId, changes, isDefault, addTags, removeTags } = data;
  const tags = { ...(addTags === undefined ? {} : { addTags }), ...(removeTags === undefined ? {} : { removeTags }) };
  const marked = isDefault === undefined ? null : await markedById(deps, credentialId);
  return submitToCredential(deps, opened, {
    credentialId,
    ...(marked === null ? {} : { reads: readsMark(marked) }),
    command: () => ({ type: 'credential.change-details', data: { changes, ...tags } }),
    follows: (_made, context) => (marked === null || isDefault === undefined ? {} : markAs(marked, isDefault, context)),
    verdict: () => ({ credentialId }),
  });
};
