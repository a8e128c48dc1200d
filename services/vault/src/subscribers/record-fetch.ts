import { randomBytes } from 'node:crypto';
import type { Refusal } from '@keyturn/contracts';
import type { Fetch } from '@keyturn/contracts/subscriber';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { jobOf, type Opened } from '../commands/opened.ts';
import { preflightOf } from '../credential/preflight.ts';
import { openRotation } from '../credential/rotation.ts';
import { type RegisteredCredential, usableOf, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { type Consumer, consumerFold, credentialFold, mayDo, streamOf } from '../folds.ts';
import type { Verdict } from '../ports/command-log.ts';
import { isHeldBack } from '../restore/restore-hold.ts';
import type { PreparedVersion } from '../secrets/version-safe.ts';
import { nameOf, type Subscriber } from './subscriber.ts';

const NONCE_BYTES = 16;

/** The credential that had the address is gone from it. */
export class AddressMoved extends Error {
  override readonly name = 'AddressMoved';
}

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

const actionOf = (asked: Fetch): 'preflight' | 'read' => (asked.preflight === true ? 'preflight' : 'read');

/** Null: its grants allow it. */
export const refuseGrants = (grants: Consumer | null, { consumer }: Subscriber, asked: Fetch): Refusal | null => {
  const { address } = asked;
  return mayDo(grants, actionOf(asked), address) ? null : { code: 'grant-missing', consumer, address };
};

/**
 * Records that the instance is given a version, and that it holds it from now on. Decided on its grants and the credential as they stand
 * under the lock. Throws `AddressMoved`, and records nothing, where the credential no longer has the address.
 */
export const recordFetch = (
  deps: VaultDeps,
  opened: Opened,
  subscriber: Subscriber,
  asked: Fetch,
  credentialId: string,
): Promise<Verdict> => {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const consumer = { fold: consumerFold, stream: streamOf.consumer(subscriber.consumer) };
  return deps.log.submit(credentialFold, {
    ...jobOf(deps, { ...opened, data: { address: asked.address, subscriber, ...(asked.preflight && { preflight: true }) } }),
    stream: streamOf.credential(credentialId),
    joins: [streamOf.access(credentialId)],
    reads: [consumer],
    decide: (now, context) => {
      const refusal = refuseGrants(context.state(consumer.fold, consumer.stream), subscriber, asked);
      if (refusal) return refuse(refusal);
      if (now.status !== 'registered' || now.address !== asked.address) throw new AddressMoved();
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
        verdict: { credentialId, version, generation, nonce, givenAt: context.now },
        writes: [{ kind: 'lease-holds', ...subscriber, seq: asked.seq, credentialId, version, generation, nonce }],
      });
    },
  });
};

/** What will most likely be given, read while it is being decided: the version that this replica knows as the current or the pending one. */
export const prepareLikely = async (
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
