import { type Actor, type CredentialType, partsOf, type Refusal, type Reply, RotationPolicy } from '@keyturn/contracts';
import { isAllowed } from '@keyturn/contracts/access';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ListCredentials } from '@keyturn/contracts/queries';
import { tidyDetails } from '../credential/details.ts';
import { RECENT_LOGIN_MS, signedInRecently } from '../credential/reveal.ts';
import { knownOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { optionsOf, valueOutcome } from './change-outcome.ts';
import { submitToCredential } from './credential-job.ts';
import { becomeDefault } from './default-mark.ts';
import { checkFields } from './fields.ts';
import { refuseIssuer } from './moved-secret.ts';
import type { Opened } from './opened.ts';

/** Whether the scope has no other one of its service and type. Asked again later it may not be: the verdict of the first time stands. */
const isFirst = async ({ table }: VaultDeps, { address, credentialId, credentialType }: VaultCommandData<'credential.register'>) => {
  const { scope, service } = partsOf(address);
  const { items } = await table.list(ListCredentials.parse({ scope, service, credentialType, limit: 2 }));
  return items.every((other) => other.credentialId === credentialId);
};

/** It never changes, so it is written down with who names it. */
const typeOf = async ({ log }: VaultDeps, credentialId: string): Promise<CredentialType | null> =>
  knownOf(await log.state(credentialFold, streamOf.credential(credentialId)))?.credentialType ?? null;

/** Who registers with fewer approvals than everybody's default must be somebody who may lower them. */
const refuseLooser = (
  { policy: { approvals: usual }, clock }: VaultDeps,
  actor: Actor,
  policy: VaultCommandData<'credential.register'>['policy'],
): Refusal | null => {
  if ((policy?.approvals ?? usual) >= usual) return null;
  if (!isAllowed('credential.change-policy', 'system', actor.roles ?? []))
    return { code: 'not-allowed', action: 'credential.change-policy' };
  return signedInRecently(actor, clock.now().toISOString())
    ? null
    : { code: 'recent-login-required', withinSeconds: RECENT_LOGIN_MS / 1000 };
};

/**
 * Registers what is in use today as version 1: current once it is tested, or at once where there is no test, or where it is imported.
 */
export const registerCredential = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'credential.register'>,
): Promise<Reply> => {
  const { credentialId, address, credentialType, issuer, origin, untested } = data;
  const checked = checkFields(credentialType, data.publicFields, opened.request.secret ?? null);
  if (!checked.ok) return { refusal: checked.refusal };
  const { publicFields, secretFields, masks } = checked.value;
  const loose = refuseLooser(deps, opened.actor, data.policy);
  if (loose) return { refusal: loose };
  const refusal =
    issuer === null ? null : await refuseIssuer(deps, opened.actor, issuer, { credentialType, address, before: null, after: publicFields });
  if (refusal) return { refusal };
  const isDefault = data.isDefault ?? (data.isDefaultIfFirst === true && (await isFirst(deps, data)));
  const { sealed, write } = await deps.safe.seal({ credentialId, address, version: 1 }, secretFields);
  const policy = RotationPolicy.parse({ ...deps.policy, ...data.policy });
  const details = tidyDetails(data);
  const issuerType = issuer === null ? null : await typeOf(deps, issuer);
  const identity = { credentialId, address, credentialType, issuer, ...(issuerType === null ? {} : { issuerType }), policy, details };
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
