import type { Result } from '@keyturn/kernel';
import type { BackupRefusal } from '../../backup/backup-unfit.ts';
import { type BackupContent, checkLines } from '../../backup/check-lines.ts';
import { readAgeFile, type Unlock } from './age-file.ts';
import { answering } from './answering.ts';
import { backupKeks } from './backup-keks.ts';

/** Reads a backup to its end and checks all of it, as a restore would. Changes nothing, and needs no database. */
export const verifyBackup = ({
  path,
  unlock,
}: {
  readonly path: string;
  readonly unlock: Unlock;
}): Promise<Result<BackupContent, BackupRefusal>> =>
  answering(async () => {
    const checked = checkLines(readAgeFile(path, unlock), await backupKeks());
    for (;;) {
      const next = await checked.next();
      if (next.done === true) return next.value;
      if ('key' in next.value) next.value.key.reveal().fill(0);
    }
  });
