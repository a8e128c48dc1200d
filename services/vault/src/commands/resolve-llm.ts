import type { Reply } from '@keyturn/contracts';
import { ResolvedLlm, type VaultCommandData } from '@keyturn/contracts/commands';
import { Sensitive } from '@keyturn/kernel';
import { configureLlm } from '../llm/configure.ts';
import { admitProgram, type Deps } from './for-consumer.ts';
import { openGiven, recordGiven, refuseGivenAgain } from './give-current.ts';
import { shownAs } from './on-behalf-of.ts';
import type { Opened } from './opened.ts';

/**
 * Gives a program the language model that it is to use, with its key: chosen as for the person themselves, given by the program's grant, and
 * recorded before it is answered.
 */
export const resolveLlm = async (deps: Deps, opened: Opened, data: VaultCommandData<'llm.resolve'>): Promise<Reply> => {
  if (!opened.request.canSeal) return { refusal: { code: 'link-unknown' } };
  const program = await admitProgram(deps, opened, { ...data, action: 'llm.resolve' });
  if (!('scope' in program)) return program;
  const config = await configureLlm(deps, program.scope, data);
  if (!config.ok) return { refusal: config.refusal };
  const { isOwn, provider, credential } = config.value;
  const withheld = await program.withheld(config.value);
  if (withheld) return withheld;
  const what = `${provider} for a language model: ${isOwn ? `the user’s own${shownAs(data.user)}` : 'the system’s'}`;
  const verdict = await recordGiven(deps, opened, { ...credential, consumer: data.consumer, what, verdict: config.value });
  if ('refusal' in verdict) return program.refused(verdict.refusal, { address: credential.address });
  const resolved = ResolvedLlm.parse(verdict.ok);
  // A repeat gets what it got before, so its grant is looked at again, and whether it is still to be had.
  const lost = await program.withheld(resolved);
  if (lost) return lost;
  const tooLate = await refuseGivenAgain(deps, verdict);
  if (tooLate) return program.refused(tooLate, { address: credential.address });
  const { apiKey } = await openGiven(deps, resolved.credential.credentialId, resolved.version);
  if (apiKey === undefined) throw new Error(`version ${resolved.version} of ${resolved.credential.credentialId} has no API key`);
  return opened.request.answer(resolved, new Sensitive({ apiKey }));
};
