import type { Refusal, Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { isTestable } from '../credential/provider-abilities.ts';
import { aliveOf, nextVersionNumber, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { broughtAgain } from './brought-again.ts';
import { submitToCredential } from './credential-job.ts';
import { checkFields } from './fields.ts';
import { compareUnder, type GuessLimit } from './guess-limit.ts';
import type { Opened } from './opened.ts';
import { recipientOf, type RefusalRecorder } from './refusal-recorder.ts';

type Asked = VaultCommandData<'rotation.give-value'>;
type Guarded = VaultDeps & { readonly recordRefusal: RefusalRecorder; readonly guesses: GuessLimit };

/** A person's value of an assisted rotation: only the secret is another one, so it goes nowhere else than the one before. */
const stage = async (deps: VaultDeps, opened: Opened, data: Asked): Promise<Reply> => {
  const { credentialId, epoch, expiresAt } = data;
  const alive = aliveOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)));
  if (!alive.ok) return { refusal: alive.refusal };
  const state = alive.value;
  const checked = checkFields(state.credentialType, versionOf(state, state.current)?.publicFields ?? {}, opened.request.secret ?? null);
  if (!checked.ok) return { refusal: checked.refusal };
  const { publicFields, secretFields, masks } = checked.value;
  const untested = isTestable(state.credentialType, publicFields) ? {} : { untested: 'no-test' };
  const version = nextVersionNumber(state);
  const said = { ...(await broughtAgain(deps, state, secretFields)), ...(expiresAt === undefined ? {} : { expiresAt }) };
  const { sealed, write } = await deps.safe.seal({ credentialId, address: state.address, version }, secretFields);
  return submitToCredential(deps, opened, {
    credentialId,
    writes: [write],
    command: () => ({ type: 'rotation.give-value', data: { epoch, version, publicFields, masks, sealed, ...said } }),
    verdict: () => ({ credentialId, epoch, version, ...untested }),
  });
};

/**
 * Whoever brings the value in use is told so, which tells them what it is: recorded, and as rare as values may be compared. What is refused for
 * something else told them nothing.
 */
export const giveValue = async (deps: Guarded, opened: Opened, data: Asked): Promise<Reply> => {
  const { credentialId } = data;
  const { actor } = opened;
  const refused = async (refusal: Refusal): Promise<Reply> => {
    await deps.recordRefusal({ recipient: recipientOf(actor), actor, refusal, credentialId });
    return { refusal };
  };
  const staged = await compareUnder(deps.guesses, credentialId, {
    compare: () => stage(deps, opened, data),
    isWrong: (reply) => !('refusal' in reply) || reply.refusal.code === 'value-in-use',
  });
  if (!staged.ok) return refused(staged.refusal);
  const reply = staged.value;
  return 'refusal' in reply && reply.refusal.code === 'value-in-use' ? refused(reply.refusal) : reply;
};
