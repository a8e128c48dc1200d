import { partsOf, type Reply, RotationPolicy } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { tidyDetails } from '../credential/details.ts';
import type { VaultDeps } from '../deps.ts';
import { optionsOf, valueOutcome } from './change-outcome.ts';
import { submitToCredential } from './credential-job.ts';
import { becomeDefault } from './default-mark.ts';
import { checkFields } from './fields.ts';
import { refuseIssuer } from './moved-secret.ts';
import type { Opened } from './opened.ts';

/**
 * Registers what is in use today as version 1: current once it is tested, or at once where there is no test, or where it is imported.
 */
export const registerCredential = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'credential.register'>,
): Promise<Reply> => {
  const { credentialId, address, credentialType, issuer, isDefault = false, origin, untested } = data;
  const checked = checkFields(credentialType, data.publicFields, opened.request.secret ?? null);
  if (!checked.ok) return { refusal: checked.refusal };
  const { publicFields, secretFields, masks } = checked.value;
  const refusal =
    issuer === null ? null : await refuseIssuer(deps, opened.actor, issuer, { credentialType, address, before: null, after: publicFields });
  if (refusal) return { refusal };
  const { sealed, write } = await deps.safe.seal({ credentialId, address, version: 1 }, secretFields);
  const policy = RotationPolicy.parse({ ...deps.policy, ...data.policy });
  const details = tidyDetails(data);
  const identity = { credentialId, address, credentialType, issuer, policy, details };
  const value = { publicFields, masks, sealed, ...(untested === undefined ? {} : { untested }), ...optionsOf(data), isDefault };
  const mark = becomeDefault({ ...partsOf(address), credentialId, address });
  return submitToCredential(deps, opened, {
    credentialId,
    claims: address,
    writes: [write],
    // One that is to be tested is not its service's default before it is current.
    follows: (made) => (isDefault && made.some(({ type }) => type === 'credential.rotated') ? mark : {}),
    command: ({ addressOwner }) => ({
      type: 'credential.register',
      data: {
        ...identity,
        ...value,
        addressOwner,
        ...(origin === undefined ? {} : { origin }),
        ...(data.trial === undefined ? {} : { trial: data.trial }),
      },
    }),
    verdict: (made, before) => valueOutcome(made, before, { credentialId, address }),
  });
};
