import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Result } from '@keyturn/kernel';
import type { BackupContent, BackupRefusal, BackupRefusalCode } from '@keyturn/vault/backup';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { Action, Bind } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { databaseUrlFrom, kekFrom, lockFrom, unlockFrom } from './backup-keys.ts';
import { collect } from '../commands/collect.ts';

// These run on the vault's host, as the vault's user: they read its database and its KEK, and no gateway is asked.

/** Loaded when it is needed: no other command has to know the vault. */
const loadVault = () => import('@keyturn/vault/backup');

const SAID_NO: ReadonlySet<BackupRefusalCode> = new Set(['backup-exists', 'restore-target-not-empty', 'restore-incarnation-too-low']);
const exitOf = (code: BackupRefusalCode): ExitName => (SAID_NO.has(code) ? 'refused' : 'source');

const sentenceOf = ({ sentence }: BackupRefusal): string => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;

const UNREACHABLE = /^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_|EHOSTUNREACH|08|28|3D|57P)/;
const isUnreachable = (fault: unknown): boolean => {
  if (fault instanceof AggregateError) return fault.errors.some(isUnreachable);
  return typeof fault === 'object' && fault !== null && 'code' in fault && typeof fault.code === 'string' && UNREACHABLE.test(fault.code);
};

const answered = async <T>(work: Promise<Result<T, BackupRefusal>>): Promise<T> => {
  const result = await work.catch((cause: unknown) => {
    throw isUnreachable(cause) ? new CliFailure('unreachable', 'The database is not reachable, or does not let us in.', { cause }) : cause;
  });
  if (result.ok) return result.value;
  const { code } = result.refusal;
  throw new CliFailure(exitOf(code), sentenceOf(result.refusal), { code });
};

const told = ({ createdAt, incarnation, head, counts }: BackupContent): string[] => [
  `made        ${createdAt}`,
  `log         ${head.position} events, incarnation ${incarnation}`,
  `head        ${head.hash}`,
  `data keys   ${counts['dek'] ?? 0}`,
];

const DatabaseUrl = z.object({ databaseUrlFile: z.string().optional() });
const serviceUrl: Parameters<typeof databaseUrlFrom>[2] = { option: '--database-url-file', variable: 'DATABASE_URL_FILE' };

const create: Action = async (context, file = '') => {
  const { databaseUrlFile } = context.options(DatabaseUrl);
  const kek = kekFrom(context);
  const databaseUrl = await databaseUrlFrom(context, databaseUrlFile, serviceUrl);
  const lock = await lockFrom(context);
  const { createBackup } = await loadVault();
  const path = resolve(context.cwd, file);
  const { bytes, kekIds, ...made } = await answered(createBackup({ path, lock, databaseUrl, kek, signal: context.signal }));
  context.printer.result({ path, bytes, kekIds, ...made }, [
    ...told(made),
    `file        ${path}, ${bytes} bytes`,
    `carries     ${kekIds.join(', ')}: whoever opens this file has every secret in it`,
  ]);
  return 'ok';
};

const verify: Action = async (context, file = '') => {
  const unlock = await unlockFrom(context);
  const { verifyBackup } = await loadVault();
  const content = await answered(verifyBackup({ path: resolve(context.cwd, file), unlock, signal: context.signal }));
  context.printer.result(content, [...told(content), 'The backup is whole: its chain holds, and every key in it opens.']);
  return 'ok';
};

const RestoreOptions = DatabaseUrl.extend({
  migrationDatabaseUrlFile: z.string().optional(),
  reason: z.string().min(1).max(500),
  by: z.string().min(1).max(200).optional(),
  incarnation: z.coerce.number().int().positive().optional(),
});

const restore: Action = async (context, file = '') => {
  const { databaseUrlFile, migrationDatabaseUrlFile, reason, by = userInfo().username, incarnation } = context.options(RestoreOptions);
  const owner = { option: '--migration-database-url-file', variable: 'MIGRATION_DATABASE_URL_FILE' };
  const ownerUrl = await databaseUrlFrom(context, migrationDatabaseUrlFile, owner);
  const given = { reason, by, incarnation, ownerUrl, kek: kekFrom(context), path: resolve(context.cwd, file), signal: context.signal };
  const url = await databaseUrlFrom(context, databaseUrlFile, serviceUrl);
  const unlock = await unlockFrom(context);
  const { restoreBackup } = await loadVault();
  const restored = await answered(restoreBackup({ ...given, serviceUrl: url, unlock, newId: context.newKey }));
  const { backup, credentials, dataKeys, kekId, head } = restored;
  context.printer.result(restored, [
    `restored    the backup of ${backup.createdAt}: ${backup.head.position} events, ${credentials} credentials, ${dataKeys} data keys`,
    `log         ends at ${head.position} now, as incarnation ${restored.incarnation}`,
    `KEK         everything is wrapped under ${kekId}`,
    'Next: start the vault. It tests what is current before it publishes: GET /api/v1/admin/restore; see docs/key-ring.md.',
  ]);
  return 'ok';
};

const PASSPHRASE = ['--passphrase-file <file>', 'holds the passphrase; - is standard input (KEYTURN_BACKUP_PASSPHRASE_FILE)'] as const;
const IDENTITY = ['--identity-file <file>', 'holds age identities, AGE-SECRET-KEY-…; - is standard input'] as const;
const KEK = '--kek-file <file>';
const DATABASE = ['--database-url-file <file>', 'the URL of the vault’s service role (DATABASE_URL_FILE)'] as const;

/** `keyturn backup …`: run on the vault's host. */
export const addBackupCommands = (program: Command, bind: Bind): void => {
  const backup = program.command('backup').description('copies the vault’s log and keys, and brings them back; run on the vault’s host');
  backup
    .command('create')
    .argument('<file>', 'the new file, mode 0600; never written over')
    .description('writes one encrypted file, while the vault runs')
    .option(...DATABASE)
    .option(KEK, 'the vault’s KEK file (KEK_FILE; or KEYTURN_KEK): its keys go into the backup')
    .option('--recipient <age1…>', 'an age recipient; may be given several times', collect)
    .option(...PASSPHRASE)
    .action(bind(create));
  backup
    .command('verify')
    .argument('<file>')
    .description('reads a backup to its end and checks all of it; needs no database')
    .option(...IDENTITY)
    .option(...PASSPHRASE)
    .action(bind(verify));
  backup
    .command('restore')
    .argument('<file>')
    .description('into an empty database, as a new incarnation; while no vault runs on it')
    .option(...DATABASE)
    .option('--migration-database-url-file <file>', 'the URL of the database’s owner (MIGRATION_DATABASE_URL_FILE)')
    .option(KEK, 'the KEK file of the new vault, made if it is missing (KEK_FILE; or KEYTURN_KEK)')
    .requiredOption('--reason <sentence>', 'why; it is recorded')
    .option('--by <name>', 'who, if not the user that runs this; it is recorded')
    .option('--incarnation <n>', 'if this backup, or a newer one, was restored before: more than any that ever was')
    .option(...IDENTITY)
    .option(...PASSPHRASE)
    .action(bind(restore));
};
