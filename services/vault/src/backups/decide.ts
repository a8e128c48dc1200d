import type { Refusal } from '@keyturn/contracts';
import type { BackupEvent, LogHead } from '@keyturn/contracts/events';
import { assertNever, ok, refuse, type Result } from '@keyturn/kernel';
import { type Backups, openBackup } from './state.ts';

export type BackupCommand =
  | { readonly type: 'backup.request'; readonly backupId: string; readonly file: string }
  | { readonly type: 'backup.begin'; readonly backupId: string }
  | {
      readonly type: 'backup.complete';
      readonly backupId: string;
      readonly head: LogHead;
      readonly bytes: number;
      readonly lines: number;
      readonly kekIds: readonly string[];
    }
  | {
      readonly type: 'backup.fail';
      readonly backupId: string;
      readonly reasonCode: string;
      readonly sentence: string;
      readonly head?: LogHead | undefined;
    };

/** One at a time: the next is refused until the last has ended. What is said of one that has ended changes nothing. */
export const decideBackup = (command: BackupCommand, backups: Backups): Result<readonly BackupEvent[], Refusal> => {
  const open = openBackup(backups);
  if (command.type === 'backup.request') {
    const { backupId, file } = command;
    return open
      ? refuse({ code: 'backup-running', backupId: open.backupId })
      : ok([{ type: 'backup.requested', data: { backupId, file } }]);
  }
  if (open?.backupId !== command.backupId) return ok([]);
  const about = { backupId: open.backupId, file: open.file };
  switch (command.type) {
    case 'backup.begin':
      return ok(open.status === 'requested' ? [{ type: 'backup.started', data: about }] : []);
    case 'backup.complete': {
      const { head, bytes, lines, kekIds } = command;
      return ok([{ type: 'backup.completed', data: { ...about, head, bytes, lines, kekIds: [...kekIds] } }]);
    }
    case 'backup.fail': {
      const { reasonCode, sentence, head } = command;
      return ok([{ type: 'backup.failed', data: { ...about, reasonCode, sentence, ...(head === undefined ? {} : { head }) } }]);
    }
    default:
      return assertNever(command);
  }
};
