import type { BackupEvent, LogHead, Recorded } from '@keyturn/contracts/events';
import type { Who } from '@keyturn/contracts/queries';
import { assertNever } from '@keyturn/kernel';
import { whoOf } from '../credential/state.ts';

/** One backup that was asked for over the API. */
export type Backup = {
  readonly backupId: string;
  readonly file: string;
  readonly status: 'requested' | 'running' | 'completed' | 'failed';
  readonly by: Who;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly bytes: number;
  readonly lines: number;
  readonly head: LogHead | null;
  readonly kekIds: readonly string[];
  readonly failure: { readonly code: string; readonly sentence: string } | null;
};

/** The oldest first; only the last is ever open. */
export type Backups = readonly Backup[];

/** As many as are remembered and listed; the log keeps them all. */
const REMEMBERED = 50;

export const noBackups: Backups = [];

export const openBackup = (backups: Backups): Backup | null => {
  const last = backups.at(-1);
  return last?.status === 'requested' || last?.status === 'running' ? last : null;
};

const requested = ({ backupId, file }: BackupEvent['data'], { meta, recordedAt }: Recorded): Backup => ({
  backupId,
  file,
  status: 'requested',
  by: whoOf(meta.actor),
  requestedAt: recordedAt,
  startedAt: null,
  endedAt: null,
  bytes: 0,
  lines: 0,
  head: null,
  kekIds: [],
  failure: null,
});

const changeOf = (event: Exclude<BackupEvent, { type: 'backup.requested' }>, at: string): Partial<Backup> => {
  const { type, data } = event;
  switch (type) {
    case 'backup.started':
      return { status: 'running', startedAt: at };
    case 'backup.completed': {
      const { bytes, lines, head, kekIds } = data;
      return { status: 'completed', endedAt: at, bytes, lines, head, kekIds };
    }
    case 'backup.failed':
      return { status: 'failed', endedAt: at, failure: { code: data.reasonCode, sentence: data.sentence } };
    default:
      return assertNever(event);
  }
};

/** What the event changes. It may not say no. */
export const evolveBackups = (backups: Backups, event: BackupEvent, recorded: Recorded): Backups => {
  if (event.type === 'backup.requested') return [...backups, requested(event.data, recorded)].slice(-REMEMBERED);
  const change = changeOf(event, recorded.recordedAt);
  return backups.map((known) => (known.backupId === event.data.backupId ? { ...known, ...change } : known));
};
