import { basename } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { Action, Bind, CommandContext } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { gatewayTarget } from '../import/gateway-target.ts';
import type { ImportSource } from '../import/import-source.ts';
import { runImport } from '../import/run-import.ts';
import { envFile } from '../sources/env-file.ts';
import { fernetTables } from '../sources/fernet-tables.ts';
import { keycloakFile } from '../sources/keycloak-file.ts';
import { ImportOptions, readKeys } from './import-options.ts';
import { readLegacyUser } from './legacy-users.ts';
import { printReport } from './print-report.ts';
import { collect } from './collect.ts';

const PROGRESS_EVERY = 200;

const run = async (
  context: CommandContext,
  open: (options: ImportOptions, issuer: string | null) => Promise<ImportSource>,
): Promise<ExitName> => {
  const options = context.options(ImportOptions);
  const { connection, gateway, sealing } = await context.connect();
  const source = await open(options, options.issuer ?? connection.oidcIssuer ?? null);
  const { printer, newKey, signal } = context;
  let told = 0;
  try {
    const report = await runImport({
      source,
      target: gatewayTarget({ gateway, sealing, newKey }),
      legacyScopeOf: async (legacyId) => (await readLegacyUser(gateway, legacyId)).scope,
      dryRun: options.dryRun,
      retire: options.retire,
      signal,
      onProgress: (done, total) => {
        if (done - told >= PROGRESS_EVERY || done < told) printer.progress(`${(told = done)} of ${total} rows`);
      },
    });
    return printReport(context, report);
  } finally {
    await source.close();
  }
};

const FernetOptions = z.object({
  databaseUrlFile: z.string().optional(),
  schema: z.string().max(63).optional(),
  usersIssuer: z.string().optional(),
});

const importFernet: Action = async (context) => {
  const { databaseUrlFile, schema, usersIssuer } = context.options(FernetOptions);
  return run(context, async ({ keyFile, source }) => {
    if (keyFile.length === 0) throw new CliFailure('usage', 'Say by --key-file where the Fernet key is.');
    const { env, readSecret } = context;
    if (databaseUrlFile === undefined && env['PGHOST'] === undefined && env['PGDATABASE'] === undefined) {
      throw new CliFailure('usage', 'Say where the tables are: --database-url-file, or PGHOST, PGDATABASE and the other PG* variables.');
    }
    const url = databaseUrlFile === undefined ? null : await readSecret(databaseUrlFile, 'The database URL file');
    const keys = await readKeys(context, keyFile);
    return fernetTables({ url, schema, keys, name: source, issuer: usersIssuer ?? null });
  });
};

const importKeycloak: Action = (context, path = '') =>
  run(context, async ({ keyFile }, issuer) => {
    if (issuer === null) {
      throw new CliFailure('usage', 'Say by --issuer (or KEYTURN_OIDC_ISSUER) whose users these are: https://<keycloak>/realms/<realm>.');
    }
    return keycloakFile({ path, keys: await readKeys(context, keyFile), issuer });
  });

const importEnv: Action = (context, path = '') => {
  const { generic } = context.options(z.object({ generic: z.array(z.string()).default([]) }));
  return run(context, ({ source }) => envFile({ path, name: source ?? basename(path), generic }));
};

const withCommon = (command: Command): Command =>
  command
    .option('--dry-run', 'says what would happen, and changes nothing')
    .option('--retire', 'reads every value back from the vault, and only then blanks it in the source');

/** `keyturn import …`: from what people have today. */
export const addImportCommands = (program: Command, bind: Bind): void => {
  const imports = program.command('import').description('brings credentials from what there is today; safe to run again');
  withCommon(imports.command('fernet').description('from the tables encrypted_credentials and service_credentials'))
    .option('--database-url-file <file>', 'holds the URL of the source database; otherwise the PG* variables say')
    .option('--schema <name>', 'where the tables are, if not on the search path')
    .option('--key-file <file>', 'holds Fernet keys, one a line; may be given several times, tried in order', collect)
    .option('--users-issuer <url>', 'the tables’ user ids are subjects at this issuer')
    .option('--source <name>', 'the source’s name, if not that of the database; keep it from run to run')
    .action(bind(importFernet));
  withCommon(imports.command('keycloak').argument('<file>', 'a realm export with users'))
    .description('from the attributes byok_{provider}_key of Keycloak’s users')
    .option('--key-file <file>', 'holds Fernet keys, for values that are encrypted; may be given several times', collect)
    .option('--issuer <url>', 'whose users these are: https://<keycloak>/realms/<realm>')
    .action(bind(importKeycloak));
  withCommon(imports.command('env').argument('<file>', 'a .env file'))
    .description('from a .env file, by the table in docs/migrating.md')
    .option('--generic <variable>', 'imports a variable outside the table, as generic; may be given several times', collect)
    .option('--source <name>', 'the credentials’ name, if not that of the file; keep it from run to run')
    .action(bind(importEnv));
};
