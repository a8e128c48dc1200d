import { AddressPattern, ConsumerName } from '@keyturn/contracts';
import { ConsumerList, RegisteredConsumerList } from '@keyturn/contracts/api';
import { RegisteredConsumer } from '@keyturn/contracts/queries';
import type { Command } from 'commander';
import { z } from 'zod';
import { consumerName } from './consumer-name.ts';
import type { Action, Bind } from '../context.ts';
import { columns } from '../output/columns.ts';
import { resolveId } from './resolve-id.ts';
import { collect } from './collect.ts';

const grantsText = (grants: readonly { action: string; pattern: string }[]): string =>
  grants.map(({ action, pattern }) => `${action} ${pattern}`).join(', ') || 'no grants';

const listAll: Action = async (context) => {
  const { gateway } = await context.connect();
  const found = await gateway.ask({ path: '/api/v1/admin/consumers', answers: RegisteredConsumerList });
  const rows = found.items.map(({ consumer, owner, liveTokens, grants }) => [consumer, owner ?? '-', `${liveTokens}`, grantsText(grants)]);
  context.printer.result(found, columns([['CONSUMER', 'OWNER', 'TOKENS', 'GRANTS'], ...rows]));
  return 'ok';
};

const show: Action = async (context, named = '') => {
  const { gateway } = await context.connect();
  const found = await gateway.ask({ path: `/api/v1/admin/consumers/${consumerName(named)}`, answers: RegisteredConsumer });
  const { consumer, owner, registeredAt, liveTokens, grants } = found;
  const about = [
    ['consumer', consumer],
    ['owner', owner ?? '-'],
    ['registered', registeredAt],
    ['live tokens', `${liveTokens}`],
  ];
  context.printer.result(found, columns([...about, ...grants.map(({ action, pattern }) => [action, pattern])]));
  return 'ok';
};

const list: Action = async (context, named = '') => {
  if (named === '') return listAll(context);
  const { gateway } = await context.connect();
  const path = `/api/v1/admin/credentials/${await resolveId(gateway, named)}/consumers`;
  const found = await gateway.ask({ path, answers: ConsumerList });
  const rows = found.items.map(({ consumer, instance, state, lastBeatAt }) => [`${consumer}/${instance}`, state, lastBeatAt]);
  context.printer.result(found, columns([['INSTANCE', 'STATE', 'LAST BEAT'], ...rows]));
  return 'ok';
};

const Grants = z.object({
  read: z.array(AddressPattern).default([]),
  preflight: z.array(AddressPattern).default([]),
  ack: z.array(AddressPattern).default([]),
  owner: z.string().max(200).optional(),
});

const register: Action = async (context, named = '') => {
  const consumer = consumerName(named);
  const given = context.options(Grants);
  const grants = (['read', 'preflight', 'ack'] as const).flatMap((action) => given[action].map((pattern) => ({ action, pattern })));
  const { gateway } = await context.connect();
  const registered = await gateway.ask({
    method: 'PUT',
    path: `/api/v1/admin/consumers/${consumer}`,
    idempotencyKey: context.newKey(),
    ifMatch: '*', // what is typed is meant as a whole
    body: { grants, ...(given.owner === undefined ? {} : { owner: given.owner === '' ? null : given.owner }) },
    answers: z.object({ consumer: ConsumerName }),
  });
  context.printer.result({ ...registered, grants }, [`Registered ${registered.consumer} with ${grants.length} grants.`]);
  return 'ok';
};

/** `keyturn consumers …`. */
export const addConsumerCommands = (program: Command, bind: Bind): void => {
  const consumers = program.command('consumers').description('who holds a credential; the registered consumers and their grants');
  consumers
    .command('list')
    .argument('[credential]', 'its id or address')
    .description('the registered consumers; with a credential, who holds which version of it')
    .action(bind(list));
  consumers.command('show').argument('<name>', 'e.g. orders').description('a registered consumer and its grants').action(bind(show));
  consumers
    .command('register')
    .argument('<name>', 'e.g. orders')
    .description('registers a consumer, or replaces its grants')
    .option('--read <pattern>', 'addresses that it may read, e.g. system.cloudflare.*; may be given several times', collect)
    .option('--preflight <pattern>', 'addresses whose pending versions it may try', collect)
    .option('--ack <pattern>', 'addresses that it may acknowledge', collect)
    .option('--owner <who>', 'who answers for it; as before if not said, nobody if empty')
    .action(bind(register));
};
