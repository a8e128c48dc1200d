import { resolve } from 'node:path';
import { ApiTokenList, IssuedToken } from '@keyturn/contracts/api';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { Action, Bind } from '../context.ts';
import { columns } from '../output/columns.ts';
import { writeAtomically } from '../write-atomically.ts';
import { consumerName } from './consumer-name.ts';

const PRIVATE = 0o600;

const pathOf = (consumer: string): string => `/api/v1/admin/consumers/${consumerName(consumer)}/tokens`;

const stateOf = ({ revokedAt, expiresAt }: ApiTokenList['items'][number], now: Date): string => {
  if (revokedAt !== null) return `revoked ${revokedAt}`;
  return Date.parse(expiresAt) <= now.getTime() ? `expired ${expiresAt}` : `until ${expiresAt}`;
};

const list: Action = async (context, named = '') => {
  const { gateway } = await context.connect();
  const found = await gateway.ask({ path: pathOf(named), answers: ApiTokenList });
  const now = context.clock.now();
  const rows = found.items.map((token) => [token.tokenId, token.createdAt, token.lastUsedAt ?? 'never', stateOf(token, now)]);
  context.printer.result(found, columns([['TOKEN', 'CREATED', 'LAST USED', 'STATE'], ...rows]));
  return 'ok';
};

const Issue = z.object({ days: z.coerce.number().int().min(1).max(366).default(90), to: z.string().min(1).optional() });

const issue: Action = async (context, named = '') => {
  const { days, to } = context.options(Issue);
  const { gateway } = await context.connect();
  const issued = await gateway.ask({
    method: 'POST',
    path: pathOf(named),
    idempotencyKey: context.newKey(),
    body: { expiresInDays: days },
    answers: IssuedToken,
  });
  const { token, ...about } = issued;
  if (to !== undefined) {
    await writeAtomically(resolve(context.cwd, to), token, PRIVATE);
    context.printer.result({ ...about, file: to }, [`Token ${about.tokenId} is in ${to}, until ${about.expiresAt}.`]);
    return 'ok';
  }
  context.printer.note(`Token ${about.tokenId}, until ${about.expiresAt}. It is shown this once:`);
  context.printer.result(issued, [token]);
  return 'ok';
};

const revoke: Action = async (context, named = '', tokenId = '') => {
  if (!z.uuid().safeParse(tokenId).success) throw new CliFailure('usage', 'A token is named by its id, which tokens list shows.');
  const { gateway } = await context.connect();
  await gateway.ask({ method: 'DELETE', path: `${pathOf(named)}/${tokenId}`, idempotencyKey: context.newKey(), answers: z.null() });
  context.printer.result({ tokenId, revoked: true }, [`Revoked ${tokenId}. What was issued with it ends by itself within minutes.`]);
  return 'ok';
};

/** `keyturn tokens …`. */
export const addTokenCommands = (program: Command, bind: Bind): void => {
  const tokens = program.command('tokens').description('the API tokens of a consumer');
  tokens.command('list').argument('<consumer>').description('which it has or had, and when each was last used').action(bind(list));
  tokens
    .command('issue')
    .argument('<consumer>')
    .description('makes one, and shows it this once')
    .option('--days <days>', 'how long it is good, 1 to 366; 90 if not said')
    .option('--to <file>', 'writes it there (mode 0600) and does not show it')
    .action(bind(issue));
  tokens.command('revoke').argument('<consumer>').argument('<token-id>').description('it opens nothing from now on').action(bind(revoke));
};
