import type { Refusal, Reply } from '@keyturn/contracts';
import { Ack } from '@keyturn/contracts/subscriber';
import type { Sensitive } from '@keyturn/kernel';
import { verifyAck } from '@keyturn/sealing';
import { submitToCredential } from '../commands/credential-job.ts';
import { invalid } from '../commands/handle-command.ts';
import type { CredentialCommand } from '../credential/command.ts';
import type { Credential } from '../credential/state.ts';
import { type Consumer, consumerFold, mayDo, streamOf } from '../folds.ts';
import { findVersion } from '../secrets/find-version.ts';
import type { FetchDeps } from './fetch.ts';
import type { Copy } from './given-lately.ts';
import { actorOf, nameOf, type Subscriber } from './subscriber.ts';

const INVALID = { code: 'ack-invalid' } as const;
const unsealed = { canSeal: false, answer: (value: unknown) => ({ ok: value }) };

/** The nonce that the instance was given with the version. */
const isGiven = async (deps: FetchDeps, copy: Copy, nonce: string): Promise<boolean> =>
  deps.given.nonce(copy) === nonce || (await deps.leases.nonce(copy)) === nonce;

const ackKeyOf = async (deps: FetchDeps, copy: Copy): Promise<Sensitive<string> | null> => {
  const known = deps.given.ackKey(copy);
  if (known) return known;
  const found = await findVersion(deps.log, copy);
  return found && (await deps.safe.open(found.credential, found.version)).ackKey;
};

/** Does the report come from someone who was given this very version and can open it? */
const isProved = async (deps: FetchDeps, subscriber: Subscriber, ack: Ack): Promise<boolean> => {
  const { credentialId, version, phase, generation, nonce, result, mac } = ack;
  const copy = { ...subscriber, credentialId, version };
  if (!(await isGiven(deps, copy, nonce))) return false;
  const ackKey = await ackKeyOf(deps, copy);
  return ackKey !== null && verifyAck(ackKey, { phase, credentialId, version, generation, ...subscriber, nonce, result }, mac);
};

const refuseGrants = (grants: Consumer | null, phase: Ack['phase'], state: Credential): Refusal | null =>
  state.status === 'registered' && mayDo(grants, phase === 'preflight' ? 'preflight' : 'ack', state.address) ? null : INVALID;

/** Before the commit it is a word on the pending version, afterwards one on the current generation. */
const commandOf = ({ consumer, instance }: Subscriber, { phase, version, generation, result }: Ack): CredentialCommand => {
  const report = { consumer, instance, version, elapsedMs: result.elapsedMs, ok: result.ok, sentence: result.sentence };
  return phase === 'preflight'
    ? { type: 'credential.record-preflight', data: report }
    : { type: 'credential.acknowledge', data: { ...report, generation } };
};

/** Records an instance's signed report: it proved that it holds the version, and says whether it works. */
export const acknowledge = async (deps: FetchDeps, subscriber: Subscriber, payload: unknown, traceparent?: string): Promise<Reply> => {
  const ack = Ack.safeParse(payload);
  if (!ack.success) return invalid(ack.error);
  const { commandId, credentialId, version, generation, result, phase } = ack.data;
  const opened = {
    type: phase === 'preflight' ? 'credential.record-preflight' : 'credential.acknowledge',
    commandId,
    actor: actorOf(subscriber),
    data: { phase, credentialId, version, generation, result, subscriber },
    request: unsealed,
    traceparent,
    correlationId: undefined,
    causationId: undefined,
  };
  const consumer = { fold: consumerFold, stream: streamOf.consumer(subscriber.consumer) };
  const reply: Reply = (await isProved(deps, subscriber, ack.data))
    ? await submitToCredential(deps, opened, {
        credentialId,
        command: () => commandOf(subscriber, ack.data),
        reads: [consumer],
        judge: (context, state) => refuseGrants(context.state(consumer.fold, consumer.stream), phase, state),
      })
    : { refusal: INVALID };
  if (!('refusal' in reply) || reply.refusal.code !== INVALID.code) return reply;
  await deps.recordRefusal({ recipient: nameOf(subscriber), actor: actorOf(subscriber), refusal: INVALID, credentialId });
  return { refusal: INVALID };
};
