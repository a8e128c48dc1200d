import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { aliveOf, nextVersionNumber, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { optionsOf, valueOutcome } from './change-outcome.ts';
import { submitToCredential } from './credential-job.ts';
import { checkFields } from './fields.ts';
import { refuseIssuer } from './moved-secret.ts';
import type { Opened } from './opened.ts';

/** Stages a person's new value as the next version: current once it is tested, or at once where there is no test. */
export const stageNewValue = async (deps: VaultDeps, opened: Opened, data: VaultCommandData<'credential.stage-value'>): Promise<Reply> => {
  const { credentialId } = data;
  const alive = aliveOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)));
  if (!alive.ok) return { refusal: alive.refusal };
  const state = alive.value;
  const { address, credentialType, issuer } = state;
  const before = versionOf(state, state.current)?.publicFields ?? {};
  const checked = checkFields(credentialType, data.publicFields ?? before, opened.request.secret ?? null);
  if (!checked.ok) return { refusal: checked.refusal };
  const { publicFields, secretFields, masks } = checked.value;
  const refusal =
    issuer === null ? null : await refuseIssuer(deps, opened.actor, issuer, { credentialType, address, before, after: publicFields });
  if (refusal) return { refusal };
  const version = nextVersionNumber(state);
  const { sealed, write } = await deps.safe.seal({ credentialId, address, version }, secretFields);
  return submitToCredential(deps, opened, {
    credentialId,
    writes: [write],
    command: () => ({ type: 'credential.stage-value', data: { version, publicFields, masks, sealed, ...optionsOf(data) } }),
    verdict: (made, before) => valueOutcome(made, before, { credentialId, address }),
  });
};
