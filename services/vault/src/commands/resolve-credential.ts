import type { Refusal, Reply } from '@keyturn/contracts';
import { Resolved, type VaultCommandData } from '@keyturn/contracts/commands';
import { ok, Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import type { EnvironmentValue } from '../environment/environment-credentials.ts';
import { accessFold, streamOf } from '../folds.ts';
import type { Verdict } from '../ports/command-log.ts';
import type { Candidate } from '../ports/credential-table.ts';
import { refuseAgain } from '../secrets/refuse-again.ts';
import { admitProgram, type Deps } from './for-consumer.ts';
import { openGiven, recordGiven, tokenUse } from './give-current.ts';
import { shownAs } from './on-behalf-of.ts';
import { jobOf, type Opened } from './opened.ts';

type Asked = VaultCommandData<'credential.resolve'>;
/** With the API token that showed who asks. */
type Shown = Asked & { readonly tokenId: string | null };

/** The stored credential that answers: decided on its newest state, and recorded as revealed. */
const fromStore = (
  deps: Deps,
  opened: Opened,
  { consumer, service, credentialType, user, tokenId }: Shown,
  candidate: Candidate,
): Promise<Verdict> => {
  const { credentialId, address, source } = candidate;
  const what = `${service}/${credentialType}: ${source === 'user' ? `the user’s own${shownAs(user)}` : 'the system’s'}`;
  return recordGiven(deps, opened, {
    credentialId,
    address,
    consumer,
    tokenId,
    what,
    verdict: ({ credential: { generation }, version: { publicFields } }) => ({
      source,
      credentialId,
      address,
      credentialType,
      generation,
      publicFields,
    }),
  });
};

/** The environment's value answers, and the log says so: it is meant for the first hours only. */
const fromEnvironment = (deps: Deps, opened: Opened, { consumer, tokenId }: Shown, value: EnvironmentValue): Promise<Verdict> => {
  const { service, credentialType, address, variables, publicFields } = value;
  const purpose = `resolve ${service}/${credentialType}: the environment’s`;
  const used = { service, credentialType, address, variables: [...variables], recipient: consumer, purpose };
  const none = { credentialId: null, version: null, generation: null };
  const verdict: Resolved = { source: 'environment', address, credentialType, publicFields, ...none };
  deps.logger.warn('environment.used', { service, credentialType, variables, consumer });
  return deps.log.submit(accessFold, {
    ...jobOf(deps, opened),
    stream: streamOf.access('environment'),
    decide: (_state, { now }) => ok({ events: [{ type: 'environment.used', data: used }], verdict, writes: tokenUse(tokenId, now) }),
  });
};

const offeredBy = (deps: Deps, service: string, credentialType: string): EnvironmentValue | undefined =>
  deps.environment.find((value) => value.service === service && value.credentialType === credentialType);

/** Opens what the verdict names, which a repeat gets again. */
const open = async (deps: Deps, { credentialId, version, credentialType, address }: Resolved): Promise<Record<string, string>> => {
  if (credentialId === null || version === null) {
    const value = deps.environment.find((offer) => offer.address === address && offer.credentialType === credentialType);
    if (!value) throw new Error(`the environment no longer has ${address}`);
    return { ...value.publicFields, ...value.secretFields.reveal() };
  }
  return openGiven(deps, credentialId, version);
};

const Stored = z.object({ givenAt: z.string().optional() });

/** A repeat is not decided again; the environment's value is whatever it is. */
const refuseStored = async (deps: Deps, { credentialId, version }: Resolved, stored: unknown): Promise<Refusal | null> =>
  credentialId === null || version === null ? null : refuseAgain(deps, { credentialId, version, ...Stored.parse(stored) });

/**
 * Gives a program the value that it is to use: the person's own, else the system's (its default first), else the environment's. The first
 * that exists decides: where no grant covers it, or it is the system's only one and disabled, the answer is no, never another one's value.
 * Recorded before it is answered.
 */
export const resolveCredential = async (deps: Deps, opened: Opened, data: Asked): Promise<Reply> => {
  if (!opened.request.canSeal) return { refusal: { code: 'link-unknown' } };
  const { service, credentialType, user } = data;
  const program = await admitProgram(deps, opened, { ...data, action: 'credential.resolve' });
  if (!('scope' in program)) return program;
  const own = user ? program.scope : null;
  const [found] = await deps.table.candidates({ userScope: own, service, credentialType });
  const offered = offeredBy(deps, service, credentialType);
  const address = found?.address ?? offered?.address;
  if (address === undefined) return { refusal: { code: 'nothing-to-resolve', service, credentialType } };
  const withheld = await program.withheld({ credential: { address }, isOwn: found?.source === 'user' });
  if (withheld) return withheld;
  const shown = { ...data, tokenId: program.tokenId };
  const verdict = await (found || !offered
    ? found && fromStore(deps, opened, shown, found)
    : fromEnvironment(deps, opened, shown, offered));
  if (!verdict) throw new Error('neither stored nor in the environment');
  if ('refusal' in verdict) return program.refused(verdict.refusal, { address });
  const resolved = Resolved.parse(verdict.ok);
  // A repeat gets what it got before, so its grant is looked at again.
  const lost = await program.withheld({ credential: { address: resolved.address }, isOwn: resolved.source === 'user' });
  if (lost) return lost;
  const tooLate = verdict.repeated ? await refuseStored(deps, resolved, verdict.ok) : null;
  if (tooLate) return program.refused(tooLate, { address: resolved.address });
  return opened.request.answer(resolved, new Sensitive({ fields: await open(deps, resolved) }));
};
