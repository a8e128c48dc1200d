import { NatsPublicKey } from '@keyturn/contracts';
import { SubscriberCredentials, SubscriberCredentialsBody } from '@keyturn/contracts/api';
import { CredentialsAllowed } from '@keyturn/contracts/commands';
import { type Clock, ok } from '@keyturn/kernel';
import { fromPublic } from '@nats-io/nkeys';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS } from '../problem-groups.ts';
import { GATEWAY_ACTOR } from '../identity/identity.ts';
import type { SubscriberJwts } from '../identity/subscriber-jwts.ts';
import { admitSpeaker, type Door, learnFrom } from '../identity/speaker.ts';

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

type Deps = Door & {
  readonly vault: VaultClient;
  readonly subscriberJwts: SubscriberJwts;
  readonly clock: Clock;
};

export const subscriberRoutes = ({ vault, subscriberJwts, clock, ...door }: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'issueSubscriberCredentials',
      method: 'post',
      path: '/api/v1/subscribers/credentials',
      tag: 'Consumers',
      summary: 'Gives an instance of a consumer a NATS identity for some minutes',
      access: 'consumer',
      sends: ['consumer.issue-credentials'],
      takes: z.object({ body: Body }),
      answers: { 200: SubscriberCredentials },
      refuses: [...COMMAND_PROBLEMS, 'consumer-unknown', 'consumer-claim-missing', 'api-token-invalid'],
      example: { takes: { body: SAMPLE_REQUEST }, answers: { 200: SAMPLE_CREDENTIALS } },
    },
    async ({ body }, asked) => {
      const { commandId, requestId } = asked;
      const speaker = await admitSpeaker(door, asked, body.consumer);
      if (speaker instanceof Response) return speaker;
      const { consumer, actor, proof } = speaker;
      const { instance, publicKey } = body;
      const { lifetimeSeconds, natsUrl } = subscriberJwts;
      const data = { consumer, instance, publicKey, lifetimeSeconds, ...(proof === undefined ? {} : { proof }) };
      // The identity first: nothing is recorded as issued that could not be answered.
      const identity = await vault.query('sealing-keys.list', { actor: GATEWAY_ACTOR, data: {} });
      if (!identity.ok) return identity;
      const allowed = await vault.command('consumer.issue-credentials', { commandId, actor, correlationId: requestId, data });
      learnFrom(door, asked, speaker, allowed);
      if (!allowed.ok) return allowed;
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
