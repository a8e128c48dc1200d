import { randomBytes } from 'node:crypto';
import type { Refusal, Reply } from '@keyturn/contracts';
import { Fetch, type Fetched } from '@keyturn/contracts/subscriber';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import type { VersionSecret } from '@keyturn/sealing';
import { z } from 'zod';
import { invalid } from '../commands/handle-command.ts';
import { jobOf, openCommand, type Opened } from '../commands/opened.ts';
import type { RefusalRecorder } from '../commands/refusal-recorder.ts';
import { preflightOf } from '../credential/preflight.ts';
import { usableOf, openRotation, type RegisteredCredential, type Version, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { consumerFold, credentialFold, mayDo, streamOf } from '../folds.ts';
import { isHeldBack } from '../restore/restore-hold.ts';
import type { Verdict } from '../ports/command-log.ts';
import type { PreparedVersion } from '../secrets/version-safe.ts';
import { actorOf, nameOf, type Subscriber } from './subscriber.ts';

export type FetchDeps = VaultDeps & { readonly recordRefusal: RefusalRecorder };

const NONCE_BYTES = 16;
const Given = z.object({ version: z.int(), generation: z.int(), nonce: z.string() });

/** Which version an instance is to be given, and what for: the current one to use, or the pending one to try, if it was asked to. */
const wanted = (
  state: RegisteredCredential,
  subscriber: Subscriber,
  isPreflight: boolean,
): Result<{ version: number; purpose: string }, Refusal> => {
  if (!isPreflight) {
    const { current, generation } = state;
    return current === null ? refuse({ code: 'credential-unknown' }) : ok({ version: current, purpose: `use, generation ${generation}` });
  }
  const rotation = openRotation(state);
  const preflight = rotation && preflightOf(rotation);
  const isPending = versionOf(state, preflight?.version ?? null)?.status === 'pending';
  if (!preflight || !isPending || !preflight.instances.includes(nameOf(subscriber))) return refuse({ code: 'preflight-not-asked' });
  return ok({ version: preflight.version, purpose: `preflight, rotation ${rotation.epoch}` });
};

/** Records that the instance is given a version, and that it holds it from now on. Decided on the newest state, under the lock. */
const recordReveal = (deps: VaultDeps, opened: Opened, subscriber: Subscriber, asked: Fetch, credentialId: string): Promise<Verdict> => {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  return deps.log.submit(credentialFold, {
    ...jobOf(deps, { ...opened, data: { address: asked.address, subscriber, ...(asked.preflight && { preflight: true }) } }),
    stream: streamOf.credential(credentialId),
    joins: [streamOf.access(credentialId)],
    decide: (now) => {
      const usable = usableOf(now);
      if (!usable.ok) return usable;
      const state = usable.value;
      if (isHeldBack(deps.hold, state)) return refuse({ code: 'restore-unchecked' });
      const given = wanted(state, subscriber, asked.preflight === true);
      if (!given.ok) return given;
      const { generation, address } = state;
      const { version, purpose } = given.value;
      const revealed = { credentialId, address, version, recipient: nameOf(subscriber), purpose };
      return ok({
        events: [{ type: 'secret.revealed', data: revealed, stream: streamOf.access(credentialId) }],
        verdict: { version, generation, nonce },
        writes: [{ kind: 'lease-holds', ...subscriber, seq: asked.seq, credentialId, version, generation, nonce }],
      });
    },
  });
};

/** What will most likely be given, read while it is being decided: the version that this replica knows as the current or the pending one. */
const prepareLikely = async (
  deps: VaultDeps,
  subscriber: Subscriber,
  asked: Fetch,
  credentialId: string,
): Promise<PreparedVersion | null> => {
  const state = await deps.log.recall(credentialFold, streamOf.credential(credentialId));
  const likely = state.status === 'registered' ? wanted(state, subscriber, asked.preflight === true) : null;
  const version = state.status === 'registered' && likely?.ok === true ? versionOf(state, likely.value.version) : undefined;
  return state.status === 'registered' && version ? deps.safe.prepare(state, version) : null;
};

const answer = async (
  opened: Opened,
  state: RegisteredCredential,
  version: Version,
  given: z.infer<typeof Given>,
  { fields, ackKey }: VersionSecret,
): Promise<Reply> => {
  const { credentialId, address, credentialType } = state;
  const value: Fetched = { credentialId, address, credentialType, ...given, publicFields: version.publicFields };
  // Public fields travel sealed too: a host that somebody swaps on the way would get the password.
  const all = { ...version.publicFields, ...fields.reveal() };
  return opened.request.answer(value, new Sensitive({ fields: all, ackKey: ackKey.reveal() }));
};

const refused = async (
  deps: FetchDeps,
  subscriber: Subscriber,
  refusal: Refusal,
  address: string,
  credentialId?: string,
): Promise<Reply> => {
  const about = credentialId === undefined ? {} : { credentialId };
  await deps.recordRefusal({ recipient: nameOf(subscriber), actor: actorOf(subscriber), refusal, address, ...about });
  return { refusal };
};

/**
 * Gives an instance the current version, or the pending one to try, sealed to its link: authorised and recorded in one step, then opened. A repeat under the same
 * command id gets the same version again, sealed anew.
 */
export const fetchSecret = async (
  deps: FetchDeps,
  subscriber: Subscriber,
  subject: string,
  payload: unknown,
  traceparent?: string,
): Promise<Reply> => {
  const asked = Fetch.safeParse(payload);
  if (!asked.success) return invalid(asked.error);
  const { address, commandId, sealed } = asked.data;
  const { consumer } = subscriber;
  const [grants, credentialId] = await Promise.all([deps.log.state(consumerFold, streamOf.consumer(consumer)), deps.table.idOf(address)]);
  if (!mayDo(grants, asked.data.preflight ? 'preflight' : 'read', address))
    return refused(deps, subscriber, { code: 'grant-missing', consumer, address }, address, credentialId ?? undefined);
  if (credentialId === null) return { refusal: { code: 'credential-unknown' } };
  const message = { commandId, actor: actorOf(subscriber), data: { address }, sealed };
  const opened = await openCommand(deps, { subject, type: 'subscriber.fetch', actor: message.actor, traceparent }, message);
  if (!opened.ok) return { refusal: opened.refusal };
  const [verdict, likely] = await Promise.all([
    recordReveal(deps, opened.value, subscriber, asked.data, credentialId),
    prepareLikely(deps, subscriber, asked.data, credentialId),
  ]);
  if ('refusal' in verdict) return refused(deps, subscriber, verdict.refusal, address, credentialId);
  const given = Given.parse(verdict.ok);
  // The decision has just been taken on the newest state, which this replica then holds; a version never changes where it stands.
  const held = await deps.log.recall(credentialFold, streamOf.credential(credentialId));
  const isThere = held.status === 'registered' && versionOf(held, given.version) !== undefined;
  const state = isThere ? held : await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const version = state.status === 'registered' ? versionOf(state, given.version) : undefined;
  if (state.status !== 'registered' || !version) throw new Error(`version ${given.version} of ${credentialId} is gone`);
  const prepared = likely?.version === given.version ? likely : deps.safe.prepare(state, version);
  return answer(opened.value, state, version, given, await prepared.open());
};
