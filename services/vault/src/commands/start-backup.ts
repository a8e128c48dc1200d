import type { Reply } from '@keyturn/contracts';
import type { VaultDeps } from '../deps.ts';
import { submitToBackups } from './backup-job.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';

/** `keyturn-20260302T090000Z-0199a0b0c0de.age`: by time, and no two alike. */
const fileNameOf = (backupId: string, now: string): string => {
  const time = now.slice(0, 19).replaceAll(/[-:]/g, '');
  return `keyturn-${time}Z-${backupId.replaceAll('-', '').slice(-12)}.age`;
};

/** Records that a backup is wanted, where this replica's host could write it; the replica that leads writes it. */
export const startBackup = async (deps: VaultDeps, opened: Opened): Promise<Reply> => {
  const why = await deps.backupFolder.whyNot();
  if (why !== null) return { refusal: { code: 'backup-unconfigured', why } };
  const backupId = deps.newId();
  const verdict = await submitToBackups(deps.log, {
    ...jobOf(deps, opened),
    command: ({ now }) => ({ type: 'backup.request', backupId, file: fileNameOf(backupId, now) }),
    verdict: (command) => (command.type === 'backup.request' ? { backupId, file: command.file } : {}),
  });
  return replyOf(verdict);
};
