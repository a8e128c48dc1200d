export type BackupProgress = { readonly bytes: number; readonly lines: number };

/** How far backups are, said by whoever writes them: it may be behind, and is no decision's ground. */
export interface BackupProgressTable {
  say(backupId: string, progress: BackupProgress): Promise<void>;
  of(backupId: string): Promise<BackupProgress | null>;
}
