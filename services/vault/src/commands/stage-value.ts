import type { Refusal, Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { CommandOf } from '../credential/command.ts';
import { issuerFor } from '../credential/provider-abilities.ts';
import { aliveOf, type Credential, nextVersionNumber, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import type { Write } from '../ports/command-log.ts';
import { broughtAgain } from './brought-again.ts';
import { optionsOf, valueOutcome } from './change-outcome.ts';
import { submitToCredential } from './credential-job.ts';
import { checkFields } from './fields.ts';
import { refuseIssuer } from './moved-secret.ts';
import type { Opened } from './opened.ts';
import { preparedOn } from './prepared.ts';

type Asked = VaultCommandData<'credential.stage-value'>;
type Prepared = {
  readonly address: string;
  readonly staged: Pick<CommandOf<'credential.stage-value'>, 'version' | 'publicFields' | 'masks' | 'sealed' | 'sameAs' | 'expiresAt'>;
  readonly write: Write;
};

/** Checks the value and seals it as the next version of the credential as it is. */
const prepare = async (deps: VaultDeps, opened: Opened, data: Asked, held: Credential): Promise<Result<Prepared, Refusal>> => {
  const { credentialId } = data;
  const alive = aliveOf(held);
  if (!alive.ok) return alive;
  const state = alive.value;
  const { address, credentialType } = state;
  const before = versionOf(state, state.current)?.publicFields ?? {};
  const checked = checkFields(credentialType, data.publicFields ?? before, opened.request.secret ?? null);
  if (!checked.ok) return checked;
  const { publicFields, secretFields, masks } = checked.value;
  const issuer = issuerFor(state, publicFields);
  const refusal =
    issuer === null ? null : await refuseIssuer(deps, opened.actor, issuer, { credentialType, address, before, after: publicFields });
  if (refusal) return refuse(refusal);
  const version = nextVersionNumber(state);
  const { expiresAt } = data;
  const again = { ...(await broughtAgain(deps, state, secretFields)), ...(expiresAt === undefined ? {} : { expiresAt }) };
  const { sealed, write } = await deps.safe.seal({ credentialId, address, version }, secretFields);
  return ok({ address, staged: { version, publicFields, masks, sealed, ...again }, write });
};

/** Stages a person's new value as the next version: current once it is tested, or at once where there is no test. */
export const stageNewValue = (deps: VaultDeps, opened: Opened, data: Asked): Promise<Reply> => {
  const { credentialId } = data;
  return preparedOn<Prepared>(deps, credentialId, {
    prepare: (held) => prepare(deps, opened, data, held),
    submit: ({ address, staged, write }, on) =>
      submitToCredential(deps, opened, {
        credentialId,
        on,
        writes: [write],
        command: () => ({ type: 'credential.stage-value', data: { ...staged, ...optionsOf(data) } }),
        verdict: (made, before) => valueOutcome(made, before, { credentialId, address }),
      }),
  });
};
