import { type Actor, type CredentialType, partsOf, type Refusal, type Reply, RotationPolicy } from '@keyturn/contracts';
import { isAllowed, type Reach } from '@keyturn/contracts/access';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ListCredentials } from '@keyturn/contracts/queries';
import { tidyDetails } from '../credential/details.ts';
import { refuseOldLogin } from '../credential/recent-login.ts';
import { knownOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import type { DecisionContext } from '../ports/command-log.ts';
import { optionsOf, valueOutcome } from './change-outcome.ts';
import { submitToCredential } from './credential-job.ts';
import { holderOfMark, markAs, type Marked, readsMark } from './default-mark.ts';
import { checkFields } from './fields.ts';
import { refuseIssuer } from './moved-secret.ts';
import type { Opened } from './opened.ts';
import { reachOf } from './reach.ts';

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
  return refuseOldLogin(actor, clock.now().toISOString());
};

/** Whose default another one is changes what they use: only they may. */
const refuseTaking = (marked: Marked, reach: Reach | 'unknown', { roles = [] }: Actor, context: DecisionContext): Refusal | null => {
  const holder = holderOfMark(marked, context);
  if (holder === null || holder === marked.credentialId || reach === 'unknown') return null;
  return isAllowed('credential.change-details', reach, roles) ? null : { code: 'not-allowed', action: 'credential.change-details' };
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
  const marked = { credentialId, address };
  const reach = await reachOf(deps, 'credential.register', opened.actor, data);
  return submitToCredential(deps, opened, {
    credentialId,
    claims: address,
    writes: [write],
    ...(isDefault ? { reads: readsMark(marked), judge: (context) => refuseTaking(marked, reach, opened.actor, context) } : {}),
    // One that is to be tested is not its service's default before it is current.
    follows: (made, context) => (isDefault && made.some(({ type }) => type === 'credential.rotated') ? markAs(marked, true, context) : {}),
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
