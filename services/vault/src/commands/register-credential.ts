import { missingToRotate, partsOf, type Reply, RotationPolicy } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { tidyDetails } from '../credential/details.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { submitToCredential } from './credential-job.ts';
import { becomeDefault } from './default-mark.ts';
import { checkFields } from './fields.ts';
import type { Opened } from './opened.ts';

/** Registers what is in use today as version 1. */
export const registerCredential = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'credential.register'>,
): Promise<Reply> => {
  const { credentialId, address, credentialType, issuer, isDefault = false, origin, untested = 'import' } = data;
  const checked = checkFields(credentialType, data.publicFields, opened.request.secret ?? null);
  if (!checked.ok) return { refusal: checked.refusal };
  const { publicFields, secretFields, masks } = checked.value;
  const missing = issuer === null ? [] : missingToRotate(credentialType, publicFields);
  if (missing.length > 0) return { refusal: { code: 'fields-missing', fields: missing.join(', ') } };
  if (issuer !== null && (await deps.log.state(credentialFold, streamOf.credential(issuer))).status === 'unregistered') {
    return { refusal: { code: 'issuer-unknown', issuer } };
  }
  const { sealed, write } = await deps.safe.seal({ credentialId, address, version: 1 }, secretFields);
  const policy = RotationPolicy.parse({ ...deps.policy, ...data.policy });
  const details = tidyDetails(data);
  const identity = { credentialId, address, credentialType, issuer, policy, details };
  const value = { publicFields, masks, sealed, untested };
  const mark = isDefault ? becomeDefault({ ...partsOf(address), credentialId, address }) : null;
  return submitToCredential(deps, opened, {
    credentialId,
    claims: address,
    writes: [write, ...(mark?.writes ?? [])],
    also: mark?.events ?? [],
    command: ({ addressOwner }) => ({
      type: 'credential.register',
      data: {
        ...identity,
        ...value,
        addressOwner,
        ...(origin === undefined ? {} : { origin }),
      },
    }),
    verdict: () => ({ credentialId, address, version: 1, generation: 1 }),
  });
};
