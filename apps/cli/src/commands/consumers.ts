import { AddressPattern, ConsumerName } from '@keyturn/contracts';
import { ConsumerList } from '@keyturn/contracts/api';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { Action, Bind } from '../context.ts';
import { columns } from '../output/columns.ts';
import { resolveId } from './resolve-id.ts';

const list: Action = async (context, named = '') => {
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
});

const register: Action = async (context, named = '') => {
  const consumer = ConsumerName.safeParse(named);
  if (!consumer.success) throw new CliFailure('usage', 'A consumer’s name is 1 to 63 of a-z, 0-9 and -.');
  const given = context.options(Grants);
  const grants = (['read', 'preflight', 'ack'] as const).flatMap((action) => given[action].map((pattern) => ({ action, pattern })));
  const { gateway } = await context.connect();
  const registered = await gateway.ask({
    method: 'PUT',
    path: `/api/v1/admin/consumers/${consumer.data}`,
    idempotencyKey: context.newKey(),
    body: { grants },
    answers: z.object({ consumer: ConsumerName }),
  });
  context.printer.result({ ...registered, grants }, [`Registered ${registered.consumer} with ${grants.length} grants.`]);
  return 'ok';
};

const collect = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value];

/** `keyturn consumers …`. */
export const addConsumerCommands = (program: Command, bind: Bind): void => {
  const consumers = program.command('consumers').description('lists who holds a credential; registers consumers');
  consumers.command('list').argument('<credential>', 'its id or address').description('who holds which version').action(bind(list));
  consumers
    .command('register')
    .argument('<name>', 'e.g. orders')
    .description('registers a consumer, or replaces its grants')
    .option('--read <pattern>', 'addresses that it may read, e.g. system.cloudflare.*; may be given several times', collect)
    .option('--preflight <pattern>', 'addresses whose pending versions it may try', collect)
    .option('--ack <pattern>', 'addresses that it may acknowledge', collect)
    .action(bind(register));
};
