import type { Reply } from '@keyturn/contracts';
import { Ack } from '@keyturn/contracts/subscriber';
import { verifyAck } from '@keyturn/sealing';
import { submitToCredential } from '../commands/credential-job.ts';
import { invalid } from '../commands/handle-command.ts';
import type { CredentialCommand } from '../credential/command.ts';
import { versionOf } from '../credential/state.ts';
import { consumerFold, credentialFold, mayDo, streamOf } from '../folds.ts';
import type { FetchDeps } from './fetch.ts';
import { actorOf, nameOf, type Subscriber } from './subscriber.ts';

const unsealed = { canSeal: false, answer: (value: unknown) => ({ ok: value }) };

/** Does the report come from someone who was given this very version and can open it? */
const isProved = async (deps: FetchDeps, subscriber: Subscriber, ack: Ack): Promise<boolean> => {
  const { credentialId, version, phase, generation, nonce, result, mac } = ack;
  // Staged versions never change, so what this replica remembers of one is enough to read its ciphertext ahead.
  const recalled = await deps.log.recall(credentialFold, streamOf.credential(credentialId));
  const likely = recalled.status === 'registered' ? versionOf(recalled, version) : undefined;
  const prepared = recalled.status === 'registered' && likely ? deps.safe.prepare(recalled, likely) : null;
  const [given, state, grants] = await Promise.all([
    deps.leases.nonce({ ...subscriber, credentialId, version }),
    deps.log.state(credentialFold, streamOf.credential(credentialId)),
    deps.log.state(consumerFold, streamOf.consumer(subscriber.consumer)),
  ]);
  if (given === null || given !== nonce) return false;
  const known = state.status === 'registered' ? versionOf(state, version) : undefined;
  if (state.status !== 'registered' || !known) return false;
  if (!mayDo(grants, phase === 'preflight' ? 'preflight' : 'ack', state.address)) return false;
  const { ackKey } = await (prepared ?? deps.safe.prepare(state, known)).open();
  return verifyAck(ackKey, { phase, credentialId, version, generation, ...subscriber, nonce, result }, mac);
};

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
  if (!(await isProved(deps, subscriber, ack.data))) {
    const refusal = { code: 'ack-invalid' } as const;
    await deps.recordRefusal({ recipient: nameOf(subscriber), actor: actorOf(subscriber), refusal, credentialId });
    return { refusal };
  }
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
  return submitToCredential(deps, opened, { credentialId, command: () => commandOf(subscriber, ack.data) });
};
