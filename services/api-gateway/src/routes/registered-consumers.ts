import { ConsumerName } from '@keyturn/contracts';
import { RegisteredConsumerList } from '@keyturn/contracts/api';
import { RegisteredConsumer } from '@keyturn/contracts/queries';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { etagOf } from '../if-match.ts';
import { QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_REGISTERED_CONSUMER } from '../samples/consumer.ts';

type Deps = { readonly vault: VaultClient };

const listRegisteredConsumers = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'listRegisteredConsumers',
      method: 'get',
      path: '/api/v1/admin/consumers',
      tag: 'Consumers',
      summary: 'Lists the registered consumers with their grants, by name',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: RegisteredConsumerList },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: { items: [SAMPLE_REGISTERED_CONSUMER] } } },
    },
    async (_input, { actor }) => {
      const found = await vault.query('consumer.list', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const getRegisteredConsumer = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'getRegisteredConsumer',
      method: 'get',
      path: '/api/v1/admin/consumers/{name}',
      tag: 'Consumers',
      summary: 'Shows a registered consumer',
      access: 'admin-read',
      takes: z.object({ params: z.object({ name: ConsumerName }) }),
      answers: { 200: RegisteredConsumer },
      tells: ['ETag'],
      refuses: [...QUERY_PROBLEMS, 'consumer-not-registered'],
      example: { takes: { params: { name: 'orders' } }, answers: { 200: SAMPLE_REGISTERED_CONSUMER } },
    },
    async ({ params: { name: consumer } }, { actor }) => {
      const found = await vault.query('consumer.get', { actor, data: { consumer } });
      return found.ok ? ok({ status: 200, body: found.value, headers: { etag: etagOf(found.value.revision) } }) : found;
    },
  );

export const registeredConsumerRoutes = (deps: Deps): Endpoint[] => [listRegisteredConsumers(deps), getRegisteredConsumer(deps)];
