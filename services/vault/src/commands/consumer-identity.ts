import type { Actor, Refusal, Reply } from '@keyturn/contracts';
import { consumerRole, type CredentialsAllowed, type VaultCommandData, type VaultCommandName } from '@keyturn/contracts/commands';
import { personsNamedBy } from '@keyturn/contracts/scopes';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { apiTokenHash, provesApiToken } from '@keyturn/sealing';
import type { VaultDeps } from '../deps.ts';
import { type Consumer, consumerFold, streamOf } from '../folds.ts';
import { refuseToken } from './grants-on-persons.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import { recipientOf, type RefusalRecorder } from './refusal-recorder.ts';

type Recording = VaultDeps & { readonly recordRefusal: RefusalRecorder };

const SECOND = 1000;
const later = (now: string, seconds: number): string => new Date(Date.parse(now) + seconds * SECOND).toISOString();
const isOver = (expiresAt: string, now: string): boolean => Date.parse(expiresAt) <= Date.parse(now);

/** Gives a consumer an API token of which the vault has never seen more than the proof. */
export const issueToken = async (deps: Recording, opened: Opened, data: VaultCommandData<'consumer.issue-token'>): Promise<Reply> => {
  const { consumer, tokenId, proof, lifetimeSeconds } = data;
  const { actor } = opened;
  const stream = streamOf.consumer(consumer);
  // Asked before the log is: what is refused so stands in the access log.
  const foreseen = refuseToken(await deps.log.state(consumerFold, stream), actor, deps.clock.now().toISOString());
  if (foreseen) {
    await deps.recordRefusal({ recipient: recipientOf(actor), actor, refusal: foreseen });
    return { refusal: foreseen };
  }
  const verdict = await deps.log.submit(consumerFold, {
    ...jobOf(deps, opened),
    stream,
    decide: (state, { now }) => {
      const tooOld = refuseToken(state, actor, now);
      if (tooOld) return refuse(tooOld);
      if (state === null) return refuse({ code: 'consumer-not-registered', consumer });
      const known = state.tokens.find((token) => token.tokenId === tokenId); // a repeat whose stored verdict is gone
      if (known && !provesApiToken(proof, known.hash)) return refuse({ code: 'command-reused' });
      if (known) return ok({ events: [], verdict: { tokenId, expiresAt: known.expiresAt } });
      const opens = personsNamedBy(state.grants);
      const expiresAt = later(now, lifetimeSeconds);
      const issued = { consumer, tokenId, hash: apiTokenHash(proof), expiresAt, ...(opens.length === 0 ? {} : { persons: opens }) };
      return ok({ events: [{ type: 'consumer.token-issued', data: issued }], verdict: { tokenId, expiresAt } });
    },
  });
  return replyOf(verdict);
};

/** From here on the token opens nothing. What was issued with it ends by itself within minutes. */
export const revokeToken = async (deps: VaultDeps, opened: Opened, data: VaultCommandData<'consumer.revoke-token'>): Promise<Reply> => {
  const { consumer, tokenId } = data;
  const verdict = await deps.log.submit(consumerFold, {
    ...jobOf(deps, opened),
    stream: streamOf.consumer(consumer),
    decide: (state) => {
      if (state === null) return refuse({ code: 'consumer-not-registered', consumer });
      const token = state.tokens.find((known) => known.tokenId === tokenId);
      if (!token) return refuse({ code: 'api-token-unknown', tokenId });
      return ok({ events: token.revokedAt === null ? [{ type: 'consumer.token-revoked', data }] : [], verdict: { tokenId } });
    },
  });
  return replyOf(verdict);
};

type Asked = VaultCommandData<'consumer.issue-credentials'>;
type Token = Consumer['tokens'][number];
type Claim = { readonly consumer: string; readonly proof?: string | undefined; readonly action: VaultCommandName };

/** By which token somebody may speak for a consumer; null: by its role. A flaw of a token is one refusal, so it tells nobody which names exist. */
export const admit = (
  state: Consumer | null,
  actor: Actor,
  { consumer, proof, action }: Claim,
  now: string,
): Result<Token | null, Refusal> => {
  if (proof !== undefined) {
    const proved = (state?.tokens ?? []).filter((token) => provesApiToken(proof, token.hash));
    const [live] = proved.filter((token) => token.revokedAt === null && !isOver(token.expiresAt, now));
    return live ? ok(live) : refuse({ code: 'api-token-invalid' });
  }
  if (!actor.roles?.includes(consumerRole(consumer))) return refuse({ code: 'not-allowed', action });
  return state ? ok(null) : refuse({ code: 'consumer-unknown', consumer });
};

/** Notices tell of versions to read or to probe; who may only acknowledge needs none. */
const patternsOf = ({ grants }: Consumer): string[] => [
  ...new Set(grants.filter(({ action }) => action !== 'ack').map(({ pattern }) => pattern)),
];

/** Lets an instance have a NATS identity: decided on the newest grants and tokens and recorded, and only then answered. */
export const issueCredentials = async (deps: Recording, opened: Opened, data: Asked): Promise<Reply> => {
  const { consumer, instance, publicKey, lifetimeSeconds } = data;
  const { actor } = opened;
  const claim = { ...data, action: 'consumer.issue-credentials' } as const;
  const stream = streamOf.consumer(consumer);
  // Asked before the log is: whoever tries names and tokens is not to fill it.
  const foreseen = admit(await deps.log.state(consumerFold, stream), actor, claim, deps.clock.now().toISOString());
  if (!foreseen.ok) {
    const recipient =
      data.proof === undefined ? `consumer ${consumer}, asked by ${actor.id}` : `an API token from ${actor.ip ?? 'nowhere'}`;
    await deps.recordRefusal({ recipient, actor, refusal: foreseen.refusal });
    return { refusal: foreseen.refusal };
  }
  const verdict = await deps.log.submit(consumerFold, {
    ...jobOf(deps, opened),
    stream,
    decide: (state, { now }) => {
      const admitted = admit(state, actor, claim, now);
      if (!admitted.ok) return admitted;
      const token = admitted.value;
      const asLongAs = later(now, lifetimeSeconds);
      const until = token && isOver(token.expiresAt, asLongAs) ? token.expiresAt : asLongAs;
      const issued = { consumer, instance, publicKey, until, ...(token ? { tokenId: token.tokenId } : {}) };
      const allowed: CredentialsAllowed = { until, patterns: state ? patternsOf(state) : [] };
      const event = { type: 'subscriber.credentials-issued' as const, data: issued, stream: streamOf.lease(consumer, instance) };
      const used = token ? [{ kind: 'token-used' as const, tokenId: token.tokenId, at: now }] : [];
      return ok({ events: [event], verdict: allowed, writes: used });
    },
  });
  return replyOf(verdict);
};
