import { AddressPattern, ConsumerName } from '@keyturn/contracts';
import { ApiTokenList, ConsumerList, IssuedToken, IssueTokenBody, RegisterConsumerBody } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { apiTokenProof } from '@keyturn/sealing';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { createdIdOf, type NewId } from '../command-id.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import type { ApiTokens } from '../identity/api-tokens.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CONSUMER, SAMPLE_TOKEN } from '../samples/credential.ts';
import { SAMPLE_CREDENTIAL_ID, SAMPLE_TOKEN_ID } from '../samples/ids.ts';
import { OfCredential } from './of-credential.ts';

type Deps = { readonly vault: VaultClient; readonly apiTokens: ApiTokens; readonly newId: NewId };

const Body = RegisterConsumerBody.extend({
  grants: z.array(z.strictObject({ action: z.enum(['read', 'preflight', 'ack']), pattern: AddressPattern })).max(100),
});
const DAY_SECONDS = 86_400;
const TokenExpiry = z.object({ expiresAt: z.string() });
const Registered = z.object({ consumer: ConsumerName });

const listConsumers = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'listConsumers',
      method: 'get',
      path: '/api/v1/admin/credentials/{credentialId}/consumers',
      tag: 'Consumers',
      summary: 'Lists who holds which version of a credential',
      access: 'admin-read',
      takes: z.object({ params: OfCredential }),
      answers: { 200: ConsumerList },
      refuses: [...QUERY_PROBLEMS, 'credential-unknown'],
      example: { takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID } }, answers: { 200: { items: [SAMPLE_CONSUMER] } } },
    },
    async ({ params }, { actor }) => {
      const found = await vault.query('credential.consumers', { actor, data: params });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const registerConsumer = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'registerConsumer',
      method: 'put',
      path: '/api/v1/admin/consumers/{name}',
      tag: 'Consumers',
      summary: 'Registers a consumer, or replaces its grants and, where it is said, its owner',
      access: 'admin-write',
      sends: ['consumer.register'],
      takes: z.object({ params: z.object({ name: ConsumerName }), body: Body }),
      answers: { 200: Registered },
      ifMatch: 'resource-changed',
      refuses: [...COMMAND_PROBLEMS, 'recent-login-required'],
      example: {
        takes: { params: { name: 'orders' }, body: { grants: [{ action: 'read', pattern: 'system.postgres.*' }], owner: 'team-orders' } },
        answers: { 200: { consumer: 'orders' } },
      },
    },
    async ({ params: { name }, body }, { actor, commandId, requestId, guard }) => {
      const data = { consumer: name, ...body };
      const registered = await vault.command('consumer.register', { commandId, actor, correlationId: requestId, data, ...guard });
      return registered.ok ? ok({ status: 200, body: { consumer: name } }) : registered;
    },
  );

const issueApiToken = ({ vault, apiTokens, newId }: Deps): Endpoint =>
  endpoint(
    {
      name: 'issueApiToken',
      method: 'post',
      path: '/api/v1/admin/consumers/{name}/tokens',
      tag: 'Consumers',
      summary: 'Makes an API token for a consumer, and shows it to this request only; its repeat under the same key gets it again',
      access: 'admin-write',
      sends: ['consumer.issue-token'],
      takes: z.object({ params: z.object({ name: ConsumerName }), body: IssueTokenBody }),
      answers: { 201: IssuedToken },
      refuses: [...COMMAND_PROBLEMS, 'consumer-not-registered', 'recent-login-required'],
      example: {
        takes: { params: { name: 'orders' }, body: { expiresInDays: 90 } },
        answers: {
          201: { tokenId: SAMPLE_TOKEN_ID, consumer: 'orders', token: 'kt_shown-this-once', expiresAt: '2026-05-31T09:00:00.000Z' },
        },
      },
    },
    async ({ params: { name: consumer }, body }, { actor, commandId, requestId, idempotencyKey }) => {
      const token = apiTokens.make({ callerId: actor.id, consumer, idempotencyKey });
      const tokenId = createdIdOf(idempotencyKey, commandId, newId);
      const data = { consumer, tokenId, proof: apiTokenProof(token), lifetimeSeconds: body.expiresInDays * DAY_SECONDS };
      const issued = await vault.command('consumer.issue-token', { commandId, actor, correlationId: requestId, data });
      if (!issued.ok) return issued;
      const { expiresAt } = TokenExpiry.parse(issued.value);
      return ok({ status: 201, body: { tokenId, consumer, token: token.reveal(), expiresAt }, headers: { 'cache-control': 'no-store' } });
    },
  );

const listApiTokens = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'listApiTokens',
      method: 'get',
      path: '/api/v1/admin/consumers/{name}/tokens',
      tag: 'Consumers',
      summary: 'Lists the API tokens that a consumer has or had, oldest first; never a token itself',
      access: 'admin-read',
      takes: z.object({ params: z.object({ name: ConsumerName }) }),
      answers: { 200: ApiTokenList },
      refuses: [...QUERY_PROBLEMS, 'consumer-not-registered'],
      example: { takes: { params: { name: 'orders' } }, answers: { 200: { items: [SAMPLE_TOKEN] } } },
    },
    async ({ params: { name: consumer } }, { actor }) => {
      const found = await vault.query('consumer.tokens', { actor, data: { consumer } });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const revokeApiToken = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'revokeApiToken',
      method: 'delete',
      path: '/api/v1/admin/consumers/{name}/tokens/{tokenId}',
      tag: 'Consumers',
      summary: 'Revokes an API token of a consumer',
      access: 'admin-write',
      sends: ['consumer.revoke-token'],
      takes: z.object({ params: z.object({ name: ConsumerName, tokenId: z.uuid() }) }),
      answers: { 204: null },
      refuses: [...COMMAND_PROBLEMS, 'consumer-not-registered', 'api-token-unknown'],
      example: { takes: { params: { name: 'orders', tokenId: SAMPLE_TOKEN_ID } }, answers: {} },
    },
    async ({ params: { name: consumer, tokenId } }, { actor, commandId, requestId }) => {
      const data = { consumer, tokenId };
      const revoked = await vault.command('consumer.revoke-token', { commandId, actor, correlationId: requestId, data });
      return revoked.ok ? ok({ status: 204 }) : revoked;
    },
  );

export const consumerRoutes = (deps: Deps): Endpoint[] => [
  listConsumers(deps),
  registerConsumer(deps),
  issueApiToken(deps),
  listApiTokens(deps),
  revokeApiToken(deps),
];
