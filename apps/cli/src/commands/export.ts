import { ExportedCredential } from '@keyturn/contracts/api';
import { csvOf } from '@keyturn/exports';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Action, Bind } from '../context.ts';

const exportAll: Action = async (context) => {
  const { format } = context.options(z.object({ format: z.enum(['json', 'csv']) }));
  const { gateway } = await context.connect();
  const all = await gateway.ask({ path: '/api/v1/admin/credentials/export?format=json', answers: z.array(ExportedCredential) });
  context.printer.raw(format === 'csv' ? csvOf(all, { header: true }) : `${JSON.stringify(all, null, 2)}\n`);
  return 'ok';
};

/** `keyturn export`. */
export const addExportCommand = (program: Command, bind: Bind): void => {
  program
    .command('export')
    .description('prints what is known of every credential, without secrets; recorded, as every export is')
    .option('--format <format>', 'json or csv', 'json')
    .action(bind(exportAll));
};
