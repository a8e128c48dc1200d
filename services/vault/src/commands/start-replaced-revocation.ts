import type { Refusal, Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { rivalsOf } from '../credential/brought-again.ts';
import { type Credential, versionOf } from '../credential/state.ts';
import { isRetirable } from '../credential/version.ts';
import type { VaultDeps } from '../deps.ts';
import { factsUnderLock } from '../facts.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { submitToCredential } from './credential-job.ts';
import { areEqual } from './equal-fields.ts';
import type { Opened } from './opened.ts';
import { PreparedOnOld } from './prepared.ts';

/**
 * Is what is to go in use under another number? The log needn't know: it has compared values only since `sameAs`. What can't be read can't be
 * compared, and so is refused.
 */
export const refuseSame = async (deps: Pick<VaultDeps, 'safe'>, state: Credential, version: number): Promise<Refusal | null> => {
  const old = state.status === 'registered' ? versionOf(state, version) : undefined;
  if (state.status !== 'registered' || !old || !isRetirable(old.status)) return null;
  const rivals = rivalsOf(state, old);
  if (rivals.length === 0) return null;
  const { fields } = await deps.safe.open(state, old);
  for (const rival of rivals) {
    const held = await deps.safe.open(state, rival);
    if (areEqual(held.fields.reveal(), fields.reveal())) return { code: 'value-in-use', version: rival.version };
  }
  return null;
};

/** Judged like a rotation's, by who still holds what was replaced, and on the values themselves: what is in use is not revoked. */
export const startReplacedRevocation = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'ledger.start-revocation'>,
): Promise<Reply> => {
  const { credentialId, version, evidence } = data;
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const refusal = await refuseSame(deps, state, version);
  if (refusal) return { refusal };
  try {
    return await submitToCredential(deps, opened, {
      credentialId,
      ...(state.status === 'registered' ? { on: state } : {}),
      standsOnLeases: true,
      command: (context) => ({
        type: 'ledger.start-revocation',
        data: { version, evidence, facts: factsUnderLock(context) },
      }),
    });
  } catch (fault) {
    if (!(fault instanceof PreparedOnOld)) throw fault;
    return { refusal: { code: 'revocation-not-proven', waitingFor: 'the credential, which has just changed, to be looked at again' } };
  }
};
