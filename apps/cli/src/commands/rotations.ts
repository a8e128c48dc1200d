import { DryRun, ForceOutcome, RollBackOutcome, RotationApproved, RotationExtended } from '@keyturn/contracts/api';
import { RotationStarted } from '@keyturn/contracts/commands';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Action, Bind, CommandContext } from '../context.ts';
import { columns } from '../output/columns.ts';
import { addAssistedCommands } from './assisted-rotations.ts';
import { addBulkRotationCommands } from './bulk-rotations.ts';
import { resolveId } from './resolve-id.ts';
import { type NamedRotation, numberOf, rotationPath, rotationsOf } from './rotation-path.ts';

const Reason = z.object({ reason: z.string().min(1).max(500) });

const CANCELLED =
  'What Keyturn made for it is removed at the provider. A value that a person made stays there: remove it, or, where it ended the old one, bring it again.';

/** Sends one decision on a rotation, which a repeat under the same key would not make twice. */
const decide = async <Schema extends z.ZodType>(
  context: CommandContext,
  [named, epoch]: NamedRotation,
  [what, body, answers]: readonly [what: string, body: object, answers: Schema],
): Promise<z.output<Schema>> => {
  numberOf(epoch);
  const { gateway } = await context.connect();
  const path = `${await rotationPath(gateway, [named, epoch])}/${what}`;
  return gateway.ask({ method: 'POST', path, idempotencyKey: context.newKey(), body, answers });
};

const approve: Action = async (context, named = '', epoch = '') => {
  const { note } = context.options(z.object({ note: z.string().max(500).optional() }));
  const approved = await decide(context, [named, epoch], ['approve', { note }, RotationApproved]);
  const { of, given, needed } = approved;
  const what = of === 'force' ? 'the force of rotation' : 'rotation';
  context.printer.result(approved, [`Approved ${what} ${approved.epoch}: ${given} of ${needed}.`]);
  return 'ok';
};

const reject: Action = async (context, named = '', epoch = '') => {
  const rejected = await decide(context, [named, epoch], ['reject', context.options(Reason), RotationStarted]);
  context.printer.result(rejected, [`Rejected rotation ${rejected.epoch}.`]);
  return 'ok';
};

const cancel: Action = async (context, named = '', epoch = '') => {
  const cancelled = await decide(context, [named, epoch], ['cancel', context.options(Reason), RotationStarted]);
  const { epoch: number } = cancelled;
  context.printer.result(cancelled, [`Cancelled rotation ${number}. ${CANCELLED}`]);
  return 'ok';
};

const RollBack = Reason.extend({ version: z.coerce.number().int().positive().optional(), evenIfUnreachable: z.boolean().optional() });

const rollBack: Action = async (context, named = '') => {
  const body = context.options(RollBack);
  const { gateway } = await context.connect();
  const credentialId = await resolveId(gateway, named);
  const back = await gateway.ask({
    method: 'POST',
    path: `/api/v1/admin/credentials/${credentialId}/rollback`,
    idempotencyKey: context.newKey(),
    ifMatch: '*', // a rotation changes it all the time, and the API says which version it would be
    body,
    answers: RollBackOutcome,
  });
  const tested = `Version ${back.version} is being tested, and current again if it works: look with keyturn credentials show ${named}.`;
  context.printer.result(back, [back.status === 'testing' ? tested : `Version ${back.version} is current again.`]);
  return 'ok';
};

const Force = Reason.extend({ version: z.coerce.number().int().positive().optional() });

const force: Action = async (context, named = '', epoch = '') => {
  const forced = await decide(context, [named, epoch], ['force', context.options(Force), ForceOutcome]);
  const { status, cutOff } = forced;
  const whom = cutOff.length === 0 ? 'nobody' : cutOff.join(', ');
  const line = status === 'forced' ? `Forced; cut off: ${whom}.` : `Another admin must approve it; it would cut off: ${whom}.`;
  context.printer.result(forced, [line]);
  return 'ok';
};

const Extension = Reason.extend({ minutes: z.coerce.number().positive() });

const extend: Action = async (context, named = '', epoch = '') => {
  const { minutes, reason } = context.options(Extension);
  const extended = await decide(context, [named, epoch], ['extend', { byMs: Math.round(minutes * 60_000), reason }, RotationExtended]);
  const { deadlineAt } = extended;
  context.printer.result(extended, [deadlineAt === null ? 'It has so much longer, from its commit.' : `Its deadline is ${deadlineAt}.`]);
  return 'ok';
};

const dryRun: Action = async (context, named = '') => {
  const { compromised } = context.options(z.object({ compromised: z.boolean().optional() }));
  const { gateway } = await context.connect();
  const path = `${rotationsOf(await resolveId(gateway, named))}/dry-run`;
  const body = compromised === true ? { reason: 'compromised' } : {};
  const would = await gateway.ask({ method: 'POST', path, idempotencyKey: context.newKey(), body, answers: DryRun });
  const rows = would.steps.map(({ name, sentence }) => [name, sentence]);
  const issuer = would.issuer ? [['issuer', would.issuer.sentence]] : [];
  const findings = would.findings.flatMap(({ blocks, sentence, statement }) => [
    [blocks ? 'blocks' : 'note', sentence],
    ...(statement === undefined ? [] : [['run there', statement]]),
  ]);
  const consumers = would.consumers.map(({ consumer, instance, sentence }) => [`${consumer}/${instance}`, sentence]);
  context.printer.result(would, [would.sentence, ...columns([...rows, ...issuer, ...findings, ...consumers])]);
  return would.possible ? 'ok' : 'refused';
};

/** `keyturn rotations …`. */
export const addRotationCommands = (program: Command, bind: Bind): void => {
  const rotations = program.command('rotations').description('decides on rotations, and says beforehand what one would do');
  addBulkRotationCommands(rotations, bind);
  const one = (name: string): Command =>
    rotations.command(name).argument('<credential>', 'its id or address').argument('<number>', 'which rotation of it');
  one('approve')
    .description('lets it begin, or be forced, where somebody else asked for that')
    .option('--note <text>', 'for the record')
    .action(bind(approve));
  one('reject')
    .description('says no to it while it waits for approval, or to its force')
    .requiredOption('--reason <text>', 'why')
    .action(bind(reject));
  one('cancel')
    .description('ends it before its commit; the value of today stays current')
    .requiredOption('--reason <text>', 'why')
    .action(bind(cancel));
  addAssistedCommands(one, bind);
  one('force')
    .description('revokes the old version of a held rotation without the proof')
    .requiredOption('--reason <text>', 'why')
    .option('--version <number>', 'which one is meant: after a rollback the withdrawn one')
    .action(bind(force));
  one('extend')
    .description('moves its deadline')
    .requiredOption('--minutes <number>', 'by how much')
    .requiredOption('--reason <text>', 'why')
    .action(bind(extend));
  rotations
    .command('roll-back')
    .argument('<credential>', 'its id or address')
    .description('makes the version before current again, at once in a rotation whose old value still works')
    .requiredOption('--reason <text>', 'why')
    .option('--version <number>', 'an older one, where no rotation is open')
    .option('--even-if-unreachable', 'takes it, marked as untested, where its provider can’t be asked')
    .action(bind(rollBack));
  rotations
    .command('dry-run')
    .argument('<credential>', 'its id or address')
    .description('says what a rotation would do, whom it would ask and what blocks it')
    .option('--compromised', 'as if it were in wrong hands')
    .action(bind(dryRun));
};
