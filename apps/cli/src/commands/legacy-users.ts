import { LegacyUser } from '@keyturn/contracts/api';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Gateway } from '../connection/gateway.ts';
import type { Action, Bind } from '../context.ts';

const pathOf = (legacyId: string): string => `/api/v1/admin/legacy-users/${encodeURIComponent(legacyId)}`;

/** Who a user of an older system is, and in which scope their credentials are. */
export const readLegacyUser = (gateway: Gateway, legacyId: string): Promise<LegacyUser> =>
  gateway.ask({ path: pathOf(legacyId), answers: LegacyUser });

const sentenceOf = ({ legacyId, subject, issuer, scope }: LegacyUser): string =>
  subject === null ? `${legacyId} is nobody yet; imports go to ${scope}.` : `${legacyId} is ${subject} of ${issuer ?? ''}: ${scope}.`;

const show: Action = async (context, legacyId = '') => {
  const { gateway } = await context.connect();
  const found = await readLegacyUser(gateway, legacyId);
  context.printer.result(found, [sentenceOf(found)]);
  return 'ok';
};

const map: Action = async (context, legacyId = '') => {
  const { subject, issuer } = context.options(z.object({ subject: z.string().min(1), issuer: z.string().optional() }));
  const { gateway, connection } = await context.connect();
  const body = { subject, issuer: issuer ?? connection.oidcIssuer };
  const idempotencyKey = context.newKey();
  const mapped = await gateway.ask({ method: 'PUT', path: pathOf(legacyId), idempotencyKey, body, answers: LegacyUser });
  context.printer.result(mapped, [sentenceOf(mapped)]);
  return 'ok';
};

/** `keyturn legacy-users …`. */
export const addLegacyUserCommands = (program: Command, bind: Bind): void => {
  const users = program.command('legacy-users').description('says who the users of an older system are');
  users.command('show').argument('<id>', 'as the older system has it').description('who it is, if that is known').action(bind(show));
  users
    .command('map')
    .argument('<id>', 'as the older system has it')
    .description('says who it is; once said, it stands')
    .requiredOption('--subject <sub>', 'the person’s subject at the sign-in provider')
    .option('--issuer <url>', 'the sign-in provider (KEYTURN_OIDC_ISSUER)')
    .action(bind(map));
};
