import { NatsPublicKey } from '@keyturn/contracts';
import { SubscriberCredentials, SubscriberCredentialsBody } from '@keyturn/contracts/api';
import { consumerRole, CredentialsAllowed } from '@keyturn/contracts/commands';
import { type Clock, ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { apiTokenProof, isApiToken } from '@keyturn/sealing';
import { fromPublic } from '@nats-io/nkeys';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Asked, type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS } from '../problem-groups.ts';
import type { VerifyBearer } from '../identity/bearer.ts';
import { GATEWAY_ACTOR } from '../identity/identity.ts';
import type { SubscriberJwts } from '../identity/subscriber-jwts.ts';
import { bearerOf } from '../middleware/authenticate/index.ts';
import type { GuessLockout } from '../limits/guess-lockout.ts';
import type { RequestLimit } from '../limits/request-limit.ts';
import { type EdgeCode, problemResponse, waitResponse } from '../problems.ts';

/** A key whose checksum is wrong could not be signed: it is refused before anything is recorded. */
const isUserKey = (publicKey: string): boolean => {
  try {
    return fromPublic(publicKey).getPublicKey() === publicKey;
  } catch {
    return false;
  }
};
const Body = SubscriberCredentialsBody.extend({ publicKey: NatsPublicKey.refine(isUserKey, 'its checksum is wrong') });

const SAMPLE_REQUEST = { instance: '7f3a', publicKey: 'UB5CC5SJWUU4LLLXX6SWINR2DKNSCHVFLW3LRS5NXKJN6NBN7F37FGT2' };
const SAMPLE_CREDENTIALS: SubscriberCredentials = {
  jwt: 'a NATS user JWT',
  expiresAt: '2026-03-02T09:05:00.000Z',
  expiresInMs: 300_000,
  natsUrl: 'nats://nats.internal:4222',
  inboxPrefix: '_INBOX_orders_7f3a',
  consumer: 'orders',
  instance: '7f3a',
  identityPublicKey: 'A'.repeat(43),
};

type Deps = {
  readonly vault: VaultClient;
  readonly verifyBearer: VerifyBearer;
  readonly subscriberJwts: SubscriberJwts;
  readonly requestLimit: RequestLimit;
  readonly guesses: GuessLockout;
  readonly clock: Clock;
};

/** For which consumer somebody speaks, as whom, and how that is shown to the vault. */
type Speaker = { readonly consumer: string; readonly actor: Asked['actor']; readonly proof?: string };

export const subscriberRoutes = ({ vault, verifyBearer, subscriberJwts, requestLimit, guesses, clock }: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'issueSubscriberCredentials',
      method: 'post',
      path: '/api/v1/subscribers/credentials',
      tag: 'Consumers',
      summary: 'Gives an instance of a consumer a NATS identity for some minutes',
      access: 'consumer',
      takes: z.object({ body: Body }),
      answers: { 200: SubscriberCredentials },
      refuses: [...COMMAND_PROBLEMS, 'consumer-unknown', 'consumer-claim-missing', 'api-token-invalid'],
      example: { takes: { body: SAMPLE_REQUEST }, answers: { 200: SAMPLE_CREDENTIALS } },
    },
    async ({ body }, asked) => {
      const { commandId, requestId } = asked;
      const speaker = await speakerOf(verifyBearer, asked, body.consumer);
      if (!speaker.ok) {
        if (speaker.refusal === 'token-invalid') guesses.missed(asked.ip);
        return problemResponse(speaker.refusal, requestId);
      }
      const { consumer, actor, proof } = speaker.value;
      const lockedOut = proof === undefined ? 0 : guesses.secondsToWait(asked.ip, proof);
      if (lockedOut > 0) return waitResponse('too-many-guesses', requestId, lockedOut);
      const tooSoon = requestLimit.take(proof === undefined ? `program ${actor.id}` : `API token ${proof}`);
      if (tooSoon > 0) return waitResponse('too-many-requests', requestId, tooSoon);
      const { instance, publicKey } = body;
      const { lifetimeSeconds, natsUrl } = subscriberJwts;
      const data = { consumer, instance, publicKey, lifetimeSeconds, ...(proof === undefined ? {} : { proof }) };
      // The identity first: nothing is recorded as issued that could not be answered.
      const identity = await vault.query('sealing-keys.list', { actor: GATEWAY_ACTOR, data: {} });
      if (!identity.ok) return identity;
      const allowed = await vault.command('consumer.issue-credentials', { commandId, actor, correlationId: requestId, data });
      if (!allowed.ok) {
        if (allowed.refusal.code === 'api-token-invalid') guesses.missed(asked.ip);
        return allowed;
      }
      if (proof !== undefined) guesses.proved(proof);
      const { patterns, until: limit } = CredentialsAllowed.parse(allowed.value);
      const until = new Date(limit);
      const signed = await subscriberJwts.sign({ consumer, instance, publicKey, patterns, until });
      const answer: SubscriberCredentials = {
        ...signed,
        expiresAt: until.toISOString(),
        expiresInMs: Math.max(1, until.getTime() - clock.now().getTime()),
        natsUrl,
        consumer,
        instance,
        identityPublicKey: identity.value.identityPublicKey,
      };
      return ok({ status: 200, body: answer, headers: { 'cache-control': 'no-store' } });
    },
  ),
];

/** An API token is checked in the vault; here it only becomes its proof. */
const speakerOf = async (verifyBearer: VerifyBearer, asked: Asked, wanted: string | undefined): Promise<Result<Speaker, EdgeCode>> => {
  const authorization = asked.header('authorization');
  if (authorization === undefined) return refuse('unauthenticated');
  const token = bearerOf(authorization);
  if (token === null) return refuse('token-invalid');
  const from = asked.ip === undefined ? {} : { ip: asked.ip };
  if (isApiToken(token)) {
    if (wanted === undefined) return refuse('consumer-claim-missing');
    return ok({ consumer: wanted, actor: { kind: 'program', id: 'api-token', ...from }, proof: apiTokenProof(new Sensitive(token)) });
  }
  const verified = await verifyBearer(token);
  if (!verified.ok) return verified;
  const { consumer, id, name } = verified.value;
  if (consumer === undefined || (wanted !== undefined && wanted !== consumer)) return refuse('consumer-claim-missing');
  return ok({ consumer, actor: { kind: 'program', id, name, roles: [consumerRole(consumer)], ...from } });
};
