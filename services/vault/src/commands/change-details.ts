import { partsOf, type Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, defaultFold, streamOf } from '../folds.ts';
import { submitToCredential } from './credential-job.ts';
import { becomeDefault, ceaseDefault } from './default-mark.ts';
import type { Opened } from './opened.ts';

type Mark = ReturnType<typeof becomeDefault>;
const NOTHING: Mark = { events: [], writes: [] };

/** What a wish for the default mark comes to, on what is known now; asked again for what it already is, it changes nothing. */
const markFor = async (deps: VaultDeps, credentialId: string, wanted: boolean | undefined): Promise<Mark> => {
  const known = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  if (wanted === undefined || known.status !== 'registered') return NOTHING;
  const { scope, service } = partsOf(known.address);
  const isDefault = (await deps.log.state(defaultFold, streamOf.default(scope, service))) === credentialId;
  if (wanted === isDefault) return NOTHING;
  const of = { scope, service, credentialId, address: known.address };
  return wanted ? becomeDefault(of) : ceaseDefault(of);
};

/** Changes what is said of a credential, and who is its service's default: together or not at all. */
export const changeCredentialDetails = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'credential.change-details'>,
): Promise<Reply> => {
  const { credentialId, changes, isDefault, addTags, removeTags } = data;
  const tags = { ...(addTags === undefined ? {} : { addTags }), ...(removeTags === undefined ? {} : { removeTags }) };
  const mark = await markFor(deps, credentialId, isDefault);
  return submitToCredential(deps, opened, {
    credentialId,
    also: mark.events,
    writes: mark.writes,
    command: () => ({ type: 'credential.change-details', data: { changes, ...tags } }),
    verdict: () => ({ credentialId }),
  });
};
