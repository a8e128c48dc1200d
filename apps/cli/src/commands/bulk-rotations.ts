import { CredentialId, CredentialType, ProviderName } from '@keyturn/contracts';
import {
  BulkRotationList,
  BulkRotationStanding,
  BulkRotationStarted,
  type BulkRotationSummary,
  BulkRotationView,
} from '@keyturn/contracts/api';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { Action, Bind, CommandContext } from '../context.ts';
import { columns } from '../output/columns.ts';
import { collect } from './collect.ts';

const COLLECTION = '/api/v1/admin/rotations/bulk';

const StartOptions = z.object({
  service: z.string().optional(),
  provider: ProviderName.optional(),
  type: CredentialType.optional(),
  tag: z.string().optional(),
  id: z.array(CredentialId).min(1).optional(),
  compromised: z.boolean().optional(),
  note: z.string().optional(),
  maxInFlight: z.coerce.number().int().positive().optional(),
  stopAfterFailures: z.coerce.number().int().nonnegative().optional(),
});

const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const start: Action = async (context) => {
  const { service, provider, type, tag, id, compromised, note, maxInFlight, stopAfterFailures } = context.options(StartOptions);
  const { gateway } = await context.connect();
  const started = await gateway.ask({
    method: 'POST',
    path: COLLECTION,
    idempotencyKey: context.newKey(),
    body: {
      ...given({ service, provider, credentialType: type, tag, ids: id, note, maxInFlight }),
      ...(compromised === true ? { reason: 'compromised' } : {}),
      ...(stopAfterFailures === undefined ? {} : { stopAfterFailures: stopAfterFailures === 0 ? null : stopAfterFailures }),
    },
    answers: BulkRotationStarted,
  });
  context.printer.result(started, [`Bulk rotation ${started.bulkId} of ${started.total} credentials has begun.`]);
  return 'ok';
};

const rowOf = ({ bulkId, status, requestedAt, sentence }: BulkRotationSummary): string[] => [bulkId, status, requestedAt, sentence];

const list: Action = async (context) => {
  const { gateway } = await context.connect();
  const found = await gateway.ask({ path: COLLECTION, answers: BulkRotationList });
  context.printer.result(found, columns([['ID', 'STATUS', 'REQUESTED', 'HOW FAR'], ...found.items.map(rowOf)]));
  return 'ok';
};

const idOf = (named: string): string => {
  if (z.uuid().safeParse(named).success) return named;
  throw new CliFailure('usage', 'A bulk rotation is named by its id: see keyturn rotations bulk list.');
};

const show: Action = async (context, named = '') => {
  const path = `${COLLECTION}/${idOf(named)}`;
  const { gateway } = await context.connect();
  let found = await gateway.ask({ path: `${path}?limit=500`, answers: BulkRotationView });
  const members = [...found.members];
  while (found.nextCursor !== null) {
    found = await gateway.ask({ path: `${path}?limit=500&cursor=${found.nextCursor}`, answers: BulkRotationView });
    members.push(...found.members);
  }
  const rows = members.map(({ address, status, step, code, sentence }) => [address, status, step ?? code ?? '-', sentence ?? '']);
  const table = columns([['ADDRESS', 'STATUS', 'STEP', 'WHY'], ...rows]);
  context.printer.result({ ...found, members, nextCursor: null }, [found.sentence, ...table]);
  return 'ok';
};

const change = async (context: CommandContext, named: string, verb: 'pause' | 'resume' | 'cancel', body: object): Promise<'ok'> => {
  const path = `${COLLECTION}/${idOf(named)}/${verb}`;
  const { gateway } = await context.connect();
  const standing = await gateway.ask({ method: 'POST', path, idempotencyKey: context.newKey(), body, answers: BulkRotationStanding });
  context.printer.result(standing, [`Bulk rotation ${standing.bulkId} is ${standing.status}.`]);
  return 'ok';
};

const WithReason = z.object({ reason: z.string() });

const pause: Action = (context, named = '') => change(context, named, 'pause', context.options(WithReason));
const resume: Action = (context, named = '') => change(context, named, 'resume', {});
const cancel: Action = (context, named = '') => change(context, named, 'cancel', context.options(WithReason));

/** `keyturn rotations bulk …`. */
export const addBulkRotationCommands = (rotations: Command, bind: Bind): void => {
  const bulk = rotations.command('bulk').description('rotates every credential of a service, a provider, a type or a tag, a few at a time');
  bulk
    .command('start')
    .description('asks for it; prints its id')
    .option('--service <service>', 'every credential of this service, e.g. cloudflare')
    .option('--provider <provider>', 'every credential at this provider, e.g. openai')
    .option('--type <type>', 'every credential of this type')
    .option('--tag <tag>', 'every credential with this tag')
    .option('--id <id>', 'this credential; may be given several times, instead of the others', collect)
    .option('--compromised', 'they may be known to somebody else')
    .option('--note <text>', 'why, for the record')
    .option('--max-in-flight <count>', 'how many at a provider at once; 10 if not said')
    .option('--stop-after-failures <count>', 'pauses after so many; 3 if not said, 0 never')
    .action(bind(start));
  bulk.command('list').description('the newest ones, with how far they are').action(bind(list));
  bulk.command('show').argument('<id>').description('how far each credential of it is, and why not').action(bind(show));
  bulk
    .command('pause')
    .argument('<id>')
    .description('starts nothing further until it is resumed')
    .requiredOption('--reason <text>', 'why')
    .action(bind(pause));
  bulk.command('resume').argument('<id>').description('goes on with a paused one').action(bind(resume));
  bulk
    .command('cancel')
    .argument('<id>')
    .description('starts nothing further ever and ends what waits to be approved; what is under way otherwise goes on to its end')
    .requiredOption('--reason <text>', 'why')
    .action(bind(cancel));
};
