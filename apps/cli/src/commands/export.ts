import type { ExportedCredential } from '@keyturn/contracts/api';
import { csvOf, exportedOf } from '@keyturn/exports';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Action, Bind } from '../context.ts';
import { listAll } from './list-all.ts';

const exportAll: Action = async (context) => {
  const { format } = context.options(z.object({ format: z.enum(['json', 'csv']) }));
  const { gateway } = await context.connect();
  if (format === 'csv') {
    let header = true;
    for await (const items of listAll(gateway)) {
      context.printer.raw(csvOf(items.map(exportedOf), { header }));
      header = false;
    }
    return 'ok';
  }
  const all: ExportedCredential[] = [];
  for await (const items of listAll(gateway)) all.push(...items.map(exportedOf));
  context.printer.raw(`${JSON.stringify(all, null, 2)}\n`);
  return 'ok';
};

/** `keyturn export`. */
export const addExportCommand = (program: Command, bind: Bind): void => {
  program
    .command('export')
    .description('prints what is known of every credential, without secrets')
    .option('--format <format>', 'json or csv', 'json')
    .action(bind(exportAll));
};
