import type { LogHead } from '@keyturn/contracts/events';
import type { Result } from '@keyturn/kernel';

export type WrittenBackup = {
  readonly head: LogHead;
  readonly bytes: number;
  readonly lines: number;
  readonly kekIds: readonly string[];
};

export type WriteBackup = {
  readonly file: string;
  readonly signal: AbortSignal;
  /** The copy has begun, and this is the last event in it. */
  readonly onBegun: (head: LogHead) => void;
  readonly onWritten: (said: { readonly bytes: number; readonly lines: number }) => void;
};

/** Where the vault's own host keeps backups, and to whom they are encrypted. */
export interface BackupFolder {
  /** Why no backup can be written now, in one clause; null where one can. */
  whyNot(): Promise<string | null>;
  /** Writes one; its file is there whole, or not at all. */
  write(backup: WriteBackup): Promise<Result<WrittenBackup, { readonly code: string; readonly sentence: string }>>;
  /** Is a whole file of this name there? */
  has(file: string): Promise<boolean>;
  /** Takes away what a writer that died left of it. Nobody may be writing it. */
  clearDrafts(file: string): Promise<void>;
}
