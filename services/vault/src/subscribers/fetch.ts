import type { Refusal, Reply } from '@keyturn/contracts';
import { Fetch, type Fetched } from '@keyturn/contracts/subscriber';
import { Sensitive } from '@keyturn/kernel';
import type { VersionSecret } from '@keyturn/sealing';
import { z } from 'zod';
import { invalid } from '../commands/handle-command.ts';
import { openCommand, type Opened } from '../commands/opened.ts';
import type { RefusalRecorder } from '../commands/refusal-recorder.ts';
import type { RegisteredCredential } from '../credential/state.ts';
import type { Version } from '../credential/version.ts';
import type { VaultDeps } from '../deps.ts';
import { consumerFold, streamOf } from '../folds.ts';
import type { Verdict } from '../ports/command-log.ts';
import { findVersion } from '../secrets/find-version.ts';
import { refuseAgain } from '../secrets/refuse-again.ts';
import type { PreparedVersion } from '../secrets/version-safe.ts';
import type { GivenLately } from './given-lately.ts';
import { AddressMoved, prepareLikely, recordFetch, refuseGrants } from './record-fetch.ts';
import { actorOf, nameOf, type Subscriber } from './subscriber.ts';

export type FetchDeps = VaultDeps & { readonly recordRefusal: RefusalRecorder; readonly given: GivenLately };

/** `credentialId` and `givenAt`: absent in verdicts that were stored before they were said. */
const Given = z.object({
  credentialId: z.string().optional(),
  version: z.int(),
  generation: z.int(),
  nonce: z.string(),
  givenAt: z.string().optional(),
});

const answer = async (
  opened: Opened,
  credential: RegisteredCredential,
  version: Version,
  given: z.infer<typeof Given>,
  { fields, ackKey }: VersionSecret,
): Promise<Reply> => {
  const { credentialId, address, credentialType } = credential;
  const { generation, nonce } = given;
  const value: Fetched = {
    credentialId,
    address,
    credentialType,
    version: version.version,
    generation,
    nonce,
    publicFields: version.publicFields,
  };
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

const grantsRefusal = async (deps: FetchDeps, subscriber: Subscriber, asked: Fetch): Promise<Refusal | null> =>
  refuseGrants(await deps.log.state(consumerFold, streamOf.consumer(subscriber.consumer)), subscriber, asked);

type Recorded = { readonly credentialId: string; readonly verdict: Verdict; readonly likely: PreparedVersion | null };

const moved = (fault: unknown): null => {
  if (fault instanceof AddressMoved) return null;
  throw fault;
};

/** On the credential that had the address lately, or else on the one that has it; null: none has. */
const record = async (deps: FetchDeps, opened: Opened, subscriber: Subscriber, asked: Fetch): Promise<Recorded | null> => {
  const on = async (credentialId: string): Promise<Recorded> => {
    const [verdict, likely] = await Promise.all([
      recordFetch(deps, opened, subscriber, asked, credentialId),
      prepareLikely(deps, subscriber, asked, credentialId),
    ]);
    return { credentialId, verdict, likely };
  };
  const { address } = asked;
  const lately = deps.given.idAt(address);
  const recorded = lately === undefined ? null : await on(lately).catch(moved);
  if (recorded) return recorded;
  const credentialId = await deps.table.idOf(address);
  if (credentialId === null) return null;
  deps.given.met(address, credentialId);
  return on(credentialId).catch(moved);
};

/** Opens what was decided. */
const open = async (deps: FetchDeps, { credentialId, likely }: Recorded, { version: number }: z.infer<typeof Given>) => {
  const found = await findVersion(deps.log, { credentialId, version: number });
  if (!found) throw new Error(`version ${number} of ${credentialId} is gone`);
  const prepared = likely?.version === number ? likely : deps.safe.prepare(found.credential, found.version);
  return { ...found, secret: await prepared.open() };
};

/**
 * Gives an instance the current version, or the pending one to try, sealed to its link: authorised and recorded in one step, then opened. A
 * repeat under the same command id gets the same version again, sealed anew.
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
  const message = { commandId, actor: actorOf(subscriber), data: { address }, sealed };
  const opened = await openCommand(deps, { subject, type: 'subscriber.fetch', actor: message.actor, traceparent }, message);
  if (!opened.ok) return { refusal: opened.refusal };
  const recorded = await record(deps, opened.value, subscriber, asked.data);
  // Nothing was decided where there is nothing; and a repeat is not decided again, but it is given the same only while it may.
  const again = recorded === null || ('ok' in recorded.verdict && recorded.verdict.repeated);
  const refusal = again ? await grantsRefusal(deps, subscriber, asked.data) : null;
  if (refusal) return refused(deps, subscriber, refusal, address, recorded?.credentialId);
  if (recorded === null) return { refusal: { code: 'credential-unknown' } };
  const { credentialId, verdict } = recorded;
  if ('refusal' in verdict) return refused(deps, subscriber, verdict.refusal, address, credentialId);
  const given = Given.parse(verdict.ok);
  if ((given.credentialId ?? credentialId) !== credentialId) return { refusal: { code: 'credential-unknown' } };
  const tooLate = verdict.repeated ? await refuseAgain(deps, { ...given, credentialId }) : null;
  if (tooLate) return refused(deps, subscriber, tooLate, address, credentialId);
  const { credential, version, secret } = await open(deps, recorded, given);
  deps.given.remember({ ...subscriber, credentialId, version: given.version }, { nonce: given.nonce, ackKey: secret.ackKey });
  return answer(opened.value, credential, version, given, secret);
};
