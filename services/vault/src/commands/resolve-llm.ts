import type { Refusal, Reply } from '@keyturn/contracts';
import { type LlmConfig, ResolvedLlm, type VaultCommandData } from '@keyturn/contracts/commands';
import { SYSTEM_SCOPE, userScope } from '@keyturn/contracts/scopes';
import { ok, refuse, Sensitive } from '@keyturn/kernel';
import { usableOf, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { consumerFold, credentialFold, streamOf } from '../folds.ts';
import { configureLlm } from '../llm/configure.ts';
import type { Verdict } from '../ports/command-log.ts';
import { isHeldBack } from '../restore/restore-hold.ts';
import { admit } from './consumer-identity.ts';
import { mayHave, maySpeakFor, shownAs } from './on-behalf-of.ts';
import { jobOf, type Opened } from './opened.ts';
import type { RefusalRecorder } from './refusal-recorder.ts';

type Deps = VaultDeps & { readonly recordRefusal: RefusalRecorder };
type Asked = VaultCommandData<'llm.resolve'>;

/** Decided on the key's newest state, and recorded as revealed. That its purpose begins with `resolve` is how its use is counted. */
const record = (deps: Deps, opened: Opened, { consumer, user }: Asked, config: LlmConfig): Promise<Verdict> => {
  const { credentialId, address } = config.credential;
  return deps.log.submit(credentialFold, {
    ...jobOf(deps, opened),
    stream: streamOf.credential(credentialId),
    joins: [streamOf.access(credentialId)],
    decide: (state) => {
      const usable = usableOf(state);
      if (!usable.ok) return usable;
      if (isHeldBack(deps.hold, usable.value)) return refuse({ code: 'restore-unchecked' });
      const version = versionOf(usable.value, usable.value.current);
      if (!version) return refuse({ code: 'credential-unknown' });
      const whose = config.isOwn ? `the user’s own${shownAs(user)}` : 'the system’s';
      const purpose = `resolve ${config.provider} for a language model: ${whose}`;
      const revealed = { credentialId, address, version: version.version, recipient: consumer, purpose };
      const verdict: ResolvedLlm = { ...config, version: version.version };
      return ok({ events: [{ type: 'secret.revealed', data: revealed, stream: streamOf.access(credentialId) }], verdict });
    },
  });
};

const open = async (deps: Deps, { credential: { credentialId }, version }: ResolvedLlm): Promise<string> => {
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const held = state.status === 'registered' ? versionOf(state, version) : undefined;
  if (state.status !== 'registered' || !held) throw new Error(`version ${version} of ${credentialId} is gone`);
  const { apiKey } = (await deps.safe.open(state, held)).fields.reveal();
  if (apiKey === undefined) throw new Error(`version ${version} of ${credentialId} has no API key`);
  return apiKey;
};

/**
 * Gives a program the language model that it is to use, with its key: chosen as for the person themselves, given by the program's grant, and
 * recorded before it is answered.
 */
export const resolveLlm = async (deps: Deps, opened: Opened, data: Asked): Promise<Reply> => {
  if (!opened.request.canSeal) return { refusal: { code: 'link-unknown' } };
  const { consumer, user } = data;
  const { actor } = opened;
  const refused = async (refusal: Refusal, about: { address?: string; credentialId?: string } = {}): Promise<Reply> => {
    await deps.recordRefusal({ recipient: `consumer ${consumer}, asked by ${actor.id}`, actor, refusal, ...about });
    return { refusal };
  };
  const grants = await deps.log.state(consumerFold, streamOf.consumer(consumer));
  const admitted = admit(grants, actor, { ...data, action: 'llm.resolve' }, deps.clock.now().toISOString());
  if (!admitted.ok) return refused(admitted.refusal);
  if (!maySpeakFor(grants, user)) return refused({ code: 'user-not-shown', consumer });
  const config = await configureLlm(deps, user ? userScope(user.issuer, user.subject) : SYSTEM_SCOPE, data);
  if (!config.ok) return { refusal: config.refusal };
  const isGranted = ({ credential: { address }, isOwn }: LlmConfig): boolean => mayHave(grants, user, { address, isOwn });
  const missing = ({ credential: { address } }: LlmConfig) => refused({ code: 'grant-missing', consumer, address }, { address });
  if (!isGranted(config.value)) return missing(config.value);
  const verdict = await record(deps, opened, data, config.value);
  if ('refusal' in verdict) return refused(verdict.refusal, { address: config.value.credential.address });
  const resolved = ResolvedLlm.parse(verdict.ok);
  // A repeat gets what it got before, so its grant is looked at again.
  if (!isGranted(resolved)) return missing(resolved);
  return opened.request.answer(resolved, new Sensitive({ apiKey: await open(deps, resolved) }));
};
