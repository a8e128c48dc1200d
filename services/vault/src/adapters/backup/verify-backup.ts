import type { Result } from '@keyturn/kernel';
import type { BackupRefusal } from '../../backup/backup-unfit.ts';
import { type BackupContent, type CheckedLine, checkLines } from '../../backup/check-lines.ts';
import { readAgeFile, type Unlock, untilAborted } from './age-file.ts';
import { answering } from './answering.ts';
import { backupKeks } from './backup-keks.ts';

export type VerifyBackup = { readonly path: string; readonly unlock: Unlock; readonly signal?: AbortSignal };

/** Reads a backup to its end and checks all of it; throws `BackupUnfit` at the first fault. */
export const readThrough = async (
  { path, unlock, signal }: VerifyBackup,
  onLine: (line: CheckedLine) => void = () => undefined,
): Promise<BackupContent> => {
  const checked = checkLines(untilAborted(readAgeFile(path, unlock), signal), await backupKeks());
  for (;;) {
    const next = await checked.next();
    if (next.done === true) return next.value;
    if ('key' in next.value) next.value.key.reveal().fill(0);
    onLine(next.value);
  }
};

/** Reads a backup to its end and checks all of it, as a restore would. Changes nothing, and needs no database. */
export const verifyBackup = (given: VerifyBackup): Promise<Result<BackupContent, BackupRefusal>> => answering(() => readThrough(given));
