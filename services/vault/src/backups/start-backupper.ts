import type { LogHead } from '@keyturn/contracts/events';
import { type AskedWorkDeps, startAskedWork } from '../asked-work.ts';
import { submitToBackups } from '../commands/backup-job.ts';
import { ownJob } from '../commands/ring-job.ts';
import { backupsFold, streamOf } from '../folds.ts';
import type { BackupFolder } from '../ports/backup-folder.ts';
import type { BackupProgress, BackupProgressTable } from '../ports/backup-progress.ts';
import type { CommandLog } from '../ports/command-log.ts';
import type { BackupCommand } from './decide.ts';
import { type Backup, openBackup } from './state.ts';

export type BackupperDeps = AskedWorkDeps & {
  readonly log: Pick<CommandLog, 'submit' | 'state' | 'onCommitted'>;
  readonly folder: BackupFolder;
  readonly progress: BackupProgressTable;
  readonly newId: () => string;
  /** How often it says how far it is. */
  readonly progressMs: number;
};

const submit = async (deps: BackupperDeps, command: BackupCommand): Promise<void> => {
  const verdict = await submitToBackups(deps.log, { ...ownJob(deps.newId()), command: () => command });
  if ('refusal' in verdict) throw new Error(`the log refuses ${command.type}: ${verdict.refusal.code}`);
};

const openOne = async ({ log }: BackupperDeps): Promise<Backup | null> => openBackup(await log.state(backupsFold, streamOf.backups));

/** Says now and then how far it is. What can't be said is no reason to stop. */
const teller = ({ progress, progressMs, logger }: BackupperDeps, backupId: string) => {
  let said = performance.now();
  let newest: BackupProgress | null = null;
  const say = async (): Promise<void> => {
    if (newest) await progress.say(backupId, newest).catch((error: unknown) => logger.warn('backup.progress-unsaid', { error }));
  };
  return {
    say,
    note: (now: BackupProgress): void => {
      newest = now;
      if (performance.now() - said < progressMs) return;
      said = performance.now();
      void say();
    },
  };
};

const STOPPED = 'The vault was stopped, or lost its database, while the backup was written; there is no such file.';
const WHOLE =
  'The vault was stopped just when the backup was written: its file is there and whole, and keyturn backup verify says what is in it.';

/** Whoever leads and finds a backup begun knows that its writer is gone: it would lead. */
const settle = async (deps: BackupperDeps, { backupId, file }: Backup): Promise<void> => {
  const isWhole = await deps.folder.has(file);
  await deps.folder.clearDrafts(file);
  await submit(deps, { type: 'backup.fail', backupId, reasonCode: 'vault-stopped', sentence: isWhole ? WHOLE : STOPPED });
  deps.logger.warn('backup.failed', { backupId, file, code: 'vault-stopped' });
};

const write = async (deps: BackupperDeps, { backupId, file }: Backup, signal: AbortSignal): Promise<BackupCommand> => {
  const { note, say } = teller(deps, backupId);
  let head: LogHead | undefined;
  const onBegun = (begun: LogHead): void => {
    head = begun;
  };
  const fail = (reasonCode: string, sentence: string): BackupCommand => ({ type: 'backup.fail', backupId, reasonCode, sentence, head });
  try {
    const written = await deps.folder.write({ file, signal, onBegun, onWritten: note });
    if (written.ok) return { type: 'backup.complete', backupId, ...written.value };
    return fail(written.refusal.code, written.refusal.sentence.slice(0, 500));
  } catch (error) {
    if (signal.aborted) return fail('vault-stopped', STOPPED);
    deps.logger.error('backup.broke', { backupId, error });
    return fail('backup-broke', 'The vault’s database or disk failed while the backup was written; there is no such file.');
  } finally {
    await say();
  }
};

const perform = async (deps: BackupperDeps, backup: Backup, signal: AbortSignal): Promise<void> => {
  const { backupId, file } = backup;
  await submit(deps, { type: 'backup.begin', backupId });
  deps.logger.info('backup.started', { backupId, file });
  const ended = await write(deps, backup, signal);
  await submit(deps, ended);
  const isCompleted = ended.type === 'backup.complete';
  if (isCompleted) deps.logger.info('backup.completed', { backupId, file, bytes: ended.bytes });
  else deps.logger.warn('backup.failed', { backupId, file, code: ended.type === 'backup.fail' ? ended.reasonCode : '' });
};

/** Writes the backups that are asked for over the API: one replica at a time. What another one left unfinished is said to have failed. */
export const startBackupper = (deps: BackupperDeps): { stop(): Promise<void> } =>
  startAskedWork(deps, {
    askedBy: 'backup.requested',
    interrupted: 'backup.interrupted',
    open: () => openOne(deps),
    perform: (backup, signal) => (backup.status === 'running' ? settle(deps, backup) : perform(deps, backup, signal)),
  });
