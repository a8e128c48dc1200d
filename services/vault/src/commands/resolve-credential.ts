import type { Refusal, Reply } from '@keyturn/contracts';
import { Resolved, type VaultCommandData } from '@keyturn/contracts/commands';
import { userScope } from '@keyturn/contracts/scopes';
import { ok, refuse, Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import { usableOf, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import type { EnvironmentValue } from '../environment/environment-credentials.ts';
import { isHeldBack } from '../restore/restore-hold.ts';
import { accessFold, consumerFold, credentialFold, streamOf } from '../folds.ts';
import type { Verdict } from '../ports/command-log.ts';
import type { Candidate } from '../ports/credential-table.ts';
import { refuseAgain } from '../secrets/refuse-again.ts';
import { admit } from './consumer-identity.ts';
import { mayHave, maySpeakFor, shownAs } from './on-behalf-of.ts';
import { jobOf, type Opened } from './opened.ts';
import type { RefusalRecorder } from './refusal-recorder.ts';

type Deps = VaultDeps & { readonly recordRefusal: RefusalRecorder };
type Asked = VaultCommandData<'credential.resolve'>;

/** The stored credential that answers: decided on its newest state, and recorded as revealed. */
const fromStore = (
  deps: Deps,
  opened: Opened,
  { consumer, service, credentialType, user }: Asked,
  candidate: Candidate,
): Promise<Verdict> => {
  const { credentialId, source } = candidate;
  return deps.log.submit(credentialFold, {
    ...jobOf(deps, opened),
    stream: streamOf.credential(credentialId),
    joins: [streamOf.access(credentialId)],
    decide: (state, { now }) => {
      const usable = usableOf(state);
      if (!usable.ok) return usable;
      if (isHeldBack(deps.hold, usable.value)) return refuse({ code: 'restore-unchecked' });
      const { address, generation, current } = usable.value;
      const version = versionOf(usable.value, current);
      if (!version) return refuse({ code: 'credential-unknown' });
      const purpose = `resolve ${service}/${credentialType}: ${source === 'user' ? `the user’s own${shownAs(user)}` : 'the system’s'}`;
      const revealed = { credentialId, address, version: version.version, recipient: consumer, purpose };
      const { publicFields } = version;
      const resolved: Resolved = { source, credentialId, address, credentialType, version: version.version, generation, publicFields };
      const verdict = { ...resolved, givenAt: now };
      return ok({ events: [{ type: 'secret.revealed', data: revealed, stream: streamOf.access(credentialId) }], verdict });
    },
  });
};

/** The environment's value answers, and the log says so: it is meant for the first hours only. */
const fromEnvironment = (deps: Deps, opened: Opened, { consumer }: Asked, value: EnvironmentValue): Promise<Verdict> => {
  const { service, credentialType, address, variables, publicFields } = value;
  const purpose = `resolve ${service}/${credentialType}: the environment’s`;
  const used = { service, credentialType, address, variables: [...variables], recipient: consumer, purpose };
  const none = { credentialId: null, version: null, generation: null };
  const verdict: Resolved = { source: 'environment', address, credentialType, publicFields, ...none };
  deps.logger.warn('environment.used', { service, credentialType, variables, consumer });
  return deps.log.submit(accessFold, {
    ...jobOf(deps, opened),
    stream: streamOf.access('environment'),
    decide: () => ok({ events: [{ type: 'environment.used', data: used }], verdict }),
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
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const held = state.status === 'registered' ? versionOf(state, version) : undefined;
  if (state.status !== 'registered' || !held) throw new Error(`version ${version} of ${credentialId} is gone`);
  const secret = await deps.safe.open(state, held);
  return { ...held.publicFields, ...secret.fields.reveal() };
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
  const { consumer, service, credentialType, user } = data;
  const { actor } = opened;
  const refused = async (refusal: Refusal, about: { address?: string; credentialId?: string } = {}): Promise<Reply> => {
    await deps.recordRefusal({ recipient: `consumer ${consumer}, asked by ${actor.id}`, actor, refusal, ...about });
    return { refusal };
  };
  const grants = await deps.log.state(consumerFold, streamOf.consumer(consumer));
  const admitted = admit(grants, actor, { ...data, action: 'credential.resolve' }, deps.clock.now().toISOString());
  if (!admitted.ok) return refused(admitted.refusal);
  if (!maySpeakFor(grants, user)) return refused({ code: 'user-not-shown', consumer });
  const own = user ? userScope(user.issuer, user.subject) : null;
  const [found] = await deps.table.candidates({ userScope: own, service, credentialType });
  const offered = offeredBy(deps, service, credentialType);
  const address = found?.address ?? offered?.address;
  if (address === undefined) return { refusal: { code: 'nothing-to-resolve', service, credentialType } };
  if (!mayHave(grants, user, { address, isOwn: found?.source === 'user' })) {
    return refused({ code: 'grant-missing', consumer, address }, { address });
  }
  const verdict = await (found || !offered ? found && fromStore(deps, opened, data, found) : fromEnvironment(deps, opened, data, offered));
  if (!verdict) throw new Error('neither stored nor in the environment');
  if ('refusal' in verdict) return refused(verdict.refusal, { address });
  const resolved = Resolved.parse(verdict.ok);
  // A repeat gets what it got before, so its grant is looked at again.
  if (!mayHave(grants, user, { address: resolved.address, isOwn: resolved.source === 'user' }))
    return refused({ code: 'grant-missing', consumer, address: resolved.address });
  const tooLate = verdict.repeated ? await refuseStored(deps, resolved, verdict.ok) : null;
  if (tooLate) return refused(tooLate, { address: resolved.address });
  return opened.request.answer(resolved, new Sensitive({ fields: await open(deps, resolved) }));
};
