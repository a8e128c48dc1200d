import { setTimeout as pause } from 'node:timers/promises';
import { AuditRebuild, AuditStatus, RebuildView } from '@keyturn/contracts/api';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Gateway } from '../connection/gateway.ts';
import type { Action, Bind, CommandContext } from '../context.ts';

const ASK_EVERY_MS = 500;
const REBUILD = '/api/v1/audit/rebuild';

const isSound = ({ troubles, convictions }: AuditStatus): boolean => troubles.length === 0 && convictions.length === 0;

const status: Action = async (context) => {
  const { gateway } = await context.connect();
  const found = await gateway.ask({ path: '/api/v1/audit/status', answers: AuditStatus });
  const { projectedTo, behind, troubles, convictions } = found;
  context.printer.result(found, [
    `Audit has every event to position ${projectedTo}${behind === null ? '.' : `, and ${behind.events} are still to come since ${behind.since}.`}`,
    ...troubles.map((trouble) => `Trouble: ${trouble}`),
    ...convictions.map(({ sentence }) => `The log is not as it was witnessed: ${sentence}`),
  ]);
  return isSound(found) ? 'ok' : 'refused';
};

const ended = ({ state, generation, compared, refusedBecause }: RebuildView): string => {
  if (state === 'refused') return `Rebuild ${generation} is refused: ${refusedBecause ?? 'the log is another one'}.`;
  if (compared === null) return `Rebuild ${generation} is served.`;
  const isSame = compared.digest === compared.replacedDigest;
  const told = `to position ${compared.upTo}: SHA-256 ${compared.digest}`;
  return isSame
    ? `Rebuild ${generation} is served. It came to the same entries, ${told}.`
    : `Rebuild ${generation} is served. Its entries are others, ${told}, and before ${compared.replacedDigest}.`;
};

const whenBuilt = async ({ printer, signal }: CommandContext, gateway: Gateway, asked: RebuildView): Promise<RebuildView> => {
  let view = asked;
  while (view.state === 'building') {
    printer.progress(`Rebuild ${view.generation} is at position ${view.position}.`);
    await pause(ASK_EVERY_MS, undefined, { signal });
    view = (await gateway.ask({ path: REBUILD, answers: AuditRebuild })).rebuild ?? view;
  }
  return view;
};

const rebuild: Action = async (context) => {
  const { wait } = context.options(z.object({ wait: z.boolean() }));
  const { gateway } = await context.connect();
  const asked = await gateway.ask({ method: 'POST', path: REBUILD, idempotencyKey: context.newKey(), answers: RebuildView });
  const view = wait ? await whenBuilt(context, gateway, asked) : asked;
  context.printer.result(view, [view.state === 'building' ? `Rebuild ${view.generation} is under way.` : ended(view)]);
  return view.state === 'refused' ? 'refused' : 'ok';
};

/** `keyturn audit …`. */
export const addAuditCommands = (program: Command, bind: Bind): void => {
  const audit = program.command('audit').description('says whether the log is as it was witnessed, and makes audit’s entries anew');
  audit.command('status').description('how far audit is, and what is wrong; exit code 6 where anything is').action(bind(status));
  audit
    .command('rebuild')
    .description('makes all entries anew from the log’s first event, beside those that are served, and compares both')
    .option('--no-wait', 'only asks for it')
    .action(bind(rebuild));
};
