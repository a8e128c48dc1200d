import type { Reply } from '@keyturn/contracts';
import { ResolvedLlm, type VaultCommandData } from '@keyturn/contracts/commands';
import { Sensitive } from '@keyturn/kernel';
import { configureLlm } from '../llm/configure.ts';
import { admitProgram, type Deps, type Program } from './for-consumer.ts';
import { MadeOfAnother, openGiven, recordGiven, refuseGivenAgain } from './give-current.ts';
import { shownAs } from './on-behalf-of.ts';
import type { Verdict } from '../ports/command-log.ts';
import type { Opened } from './opened.ts';

type Found = { readonly refused: Reply } | { readonly verdict: Verdict; readonly address: string };

/** As often as a value may become current between the choice and the lock. */
const CHOICES = 3;

/** Chooses, and records what was chosen as given; chosen anew where the key has another version by then: its URL may be another, too. */
const chooseAndRecord = async (
  deps: Deps,
  opened: Opened,
  data: VaultCommandData<'llm.resolve'>,
  program: Program,
  choice = 1,
): Promise<Found> => {
  const configured = await configureLlm(deps, program.scope, data);
  if (!configured.ok) return { refused: { refusal: configured.refusal } };
  const { config, version: madeOf } = configured.value;
  const { isOwn, provider, credential } = config;
  const withheld = await program.withheld(config);
  if (withheld) return { refused: withheld };
  const what = `${provider} for a language model: ${isOwn ? `the user’s own${shownAs(data.user)}` : 'the system’s'}`;
  try {
    const verdict = await recordGiven(deps, opened, {
      ...credential,
      consumer: data.consumer,
      tokenId: program.tokenId,
      what,
      verdict: () => config,
      madeOf,
    });
    return { verdict, address: credential.address };
  } catch (fault) {
    if (fault instanceof MadeOfAnother && choice < CHOICES) return chooseAndRecord(deps, opened, data, program, choice + 1);
    throw fault;
  }
};

/**
 * Gives a program the language model that it is to use, with its key: chosen as for the person themselves, given by the program's grant, and
 * recorded before it is answered.
 */
export const resolveLlm = async (deps: Deps, opened: Opened, data: VaultCommandData<'llm.resolve'>): Promise<Reply> => {
  if (!opened.request.canSeal) return { refusal: { code: 'link-unknown' } };
  const program = await admitProgram(deps, opened, { ...data, action: 'llm.resolve' });
  if (!('scope' in program)) return program;
  const found = await chooseAndRecord(deps, opened, data, program);
  if ('refused' in found) return found.refused;
  const { verdict, address } = found;
  if ('refusal' in verdict) return program.refused(verdict.refusal, { address });
  const resolved = ResolvedLlm.parse(verdict.ok);
  // A repeat gets what it got before, so its grant is looked at again, and whether it is still to be had.
  const lost = await program.withheld(resolved);
  if (lost) return lost;
  const tooLate = await refuseGivenAgain(deps, verdict);
  if (tooLate) return program.refused(tooLate, { address });
  const { apiKey } = await openGiven(deps, resolved.credential.credentialId, resolved.version);
  if (apiKey === undefined) throw new Error(`version ${resolved.version} of ${resolved.credential.credentialId} has no API key`);
  return opened.request.answer(resolved, new Sensitive({ apiKey }));
};
