import type { PublicFields, Reply } from '@keyturn/contracts';
import { type SwitchOutcome, VAULT_COMMAND_DATA, type VaultCommandData } from '@keyturn/contracts/commands';
import { Sensitive } from '@keyturn/kernel';
import type { CredentialCommand } from '../credential/command.ts';
import type { CredentialFact } from '../credential/happened.ts';
import { aliveOf, type Credential, knownOf, nextVersionNumber, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { changeOutcome, optionsOf } from './change-outcome.ts';
import { submitToCredential } from './credential-job.ts';
import { checkFields } from './fields.ts';
import { refuseMove } from './moved-secret.ts';
import type { Opened } from './opened.ts';

type SwitchName = 'credential.disable' | 'credential.enable' | 'credential.change-reveal-policy';

const switchCommand = (name: SwitchName, raw: unknown): CredentialCommand & { data: { credentialId: string } } => {
  switch (name) {
    case 'credential.disable':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'credential.enable': {
      const { credentialId, reason } = VAULT_COMMAND_DATA[name].parse(raw);
      return { type: name, data: { credentialId, ...(reason === undefined ? {} : { reason }) } };
    }
    case 'credential.change-reveal-policy':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
  }
};

/** What is switched on or off; the answer says how the credential is then. */
const switched = (made: readonly CredentialFact[], before: Credential): SwitchOutcome => {
  const known = knownOf(before);
  const word = made.find((event) => event.type === 'credential.disabled' || event.type === 'credential.enabled');
  const isDisabled = word ? word.type === 'credential.disabled' : (known?.disabled ?? null) !== null;
  const generation = word?.data.generation ?? known?.generation ?? 0;
  return { credentialId: known?.credentialId ?? '', status: isDisabled ? 'disabled' : 'active', generation };
};

export const switchCredential = (deps: VaultDeps, opened: Opened, name: SwitchName): Promise<Reply> => {
  const command = switchCommand(name, opened.data);
  return submitToCredential(deps, opened, { credentialId: command.data.credentialId, command: () => command, verdict: switched });
};

/** An empty text takes a field away; what isn't named stays. */
const merged = (present: PublicFields, given: PublicFields): PublicFields =>
  Object.fromEntries(Object.entries({ ...present, ...given }).filter(([, value]) => value !== ''));

/**
 * Opens the present secret fields and seals them again, under a data key of their own, for the version with other public fields. Nothing
 * leaves the vault; the staged version, which names the one that it was made of, is the record.
 */
export const editCredential = async (deps: VaultDeps, opened: Opened, data: VaultCommandData<'credential.edit'>): Promise<Reply> => {
  const { credentialId } = data;
  const alive = aliveOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)));
  if (!alive.ok) return { refusal: alive.refusal };
  const current = versionOf(alive.value, alive.value.current);
  if (!current) return { refusal: { code: 'credential-deleting' } };
  const { fields } = await deps.safe.open(alive.value, current);
  const secret = new Sensitive({ fields: fields.reveal() });
  const checked = checkFields(alive.value.credentialType, merged(current.publicFields, data.publicFields), secret);
  if (!checked.ok) return { refusal: checked.refusal };
  const { publicFields, secretFields, masks } = checked.value;
  const refusal = await refuseMove(deps, opened.actor, alive.value, { before: current.publicFields, after: publicFields });
  if (refusal) return { refusal };
  const version = nextVersionNumber(alive.value);
  const { sealed, write } = await deps.safe.seal({ credentialId, address: alive.value.address, version }, secretFields);
  const edited = { version, from: current.version, publicFields, masks, sealed, ...optionsOf(data) };
  return submitToCredential(deps, opened, {
    credentialId,
    writes: [write],
    command: () => ({ type: 'credential.edit', data: edited }),
    verdict: changeOutcome,
  });
};

/** A person says why what is left at the provider is settled. */
export const settleLeftover = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'credential.settle-leftover'>): Promise<Reply> => {
  const { credentialId, version, reason } = data;
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'credential.settle-leftover', data: { version, reason } }),
    verdict: () => ({ credentialId, version }),
  });
};

export const rollBackTo = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'credential.roll-back'>): Promise<Reply> => {
  const { credentialId, version, reason } = data;
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'credential.roll-back', data: { version, ...optionsOf(data), reason } }),
    verdict: (made, before) => {
      const back = made.find((event) => event.type === 'credential.rolled-back');
      return { ...changeOutcome(made, before), epoch: back?.data.epoch ?? null };
    },
  });
};
