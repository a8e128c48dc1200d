import type { CredentialSummary } from '@keyturn/contracts/api';
import type { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { Action, Bind } from '../context.ts';
import { listAll } from './list-all.ts';

const COLUMNS = [
  'address',
  'credentialId',
  'credentialType',
  'displayName',
  'owner',
  'isDefault',
  'tags',
  'labels',
  'version',
  'generation',
  'untested',
  'expiresAt',
  'registeredAt',
  'updatedAt',
  'originSource',
  'originReference',
  'originAddedAt',
  'originLastUsedAt',
  'originLastTestedAt',
  'originTestStatus',
] as const;
type Exported = Readonly<Record<(typeof COLUMNS)[number], string | number | boolean | null>>;

/** What is said of a credential; not even the mask of its value. */
const metadataOf = (item: CredentialSummary): Exported => ({
  address: item.address,
  credentialId: item.credentialId,
  credentialType: item.credentialType,
  displayName: item.displayName,
  owner: item.owner,
  isDefault: item.isDefault,
  tags: item.tags.join(' '),
  labels: Object.entries(item.labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' '),
  version: item.current,
  generation: item.generation,
  untested: item.untested,
  expiresAt: item.expiresAt,
  registeredAt: item.registeredAt,
  updatedAt: item.updatedAt,
  originSource: item.origin?.source ?? null,
  originReference: item.origin?.reference ?? null,
  originAddedAt: item.origin?.addedAt ?? null,
  originLastUsedAt: item.origin?.lastUsedAt ?? null,
  originLastTestedAt: item.origin?.lastTestedAt ?? null,
  originTestStatus: item.origin?.testStatus ?? null,
});

/** RFC 4180; a cell that a spreadsheet would take for a formula gets an apostrophe before it. */
const csvOf = (rows: readonly Exported[], header: boolean): string =>
  stringify(
    rows.map((row) => ({ ...row, isDefault: String(row.isDefault) })),
    { header, columns: [...COLUMNS], escape_formulas: true, record_delimiter: '\r\n' },
  );

const exportAll: Action = async (context) => {
  const { format } = context.options(z.object({ format: z.enum(['json', 'csv']) }));
  const { gateway } = await context.connect();
  if (format === 'csv') {
    let header = true;
    for await (const items of listAll(gateway)) {
      context.printer.raw(csvOf(items.map(metadataOf), header));
      header = false;
    }
    return 'ok';
  }
  const all: Exported[] = [];
  for await (const items of listAll(gateway)) all.push(...items.map(metadataOf));
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
