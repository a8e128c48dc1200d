import type { BackupEvent, LogEvent } from '@keyturn/contracts/events';

type Of<Type extends LogEvent['type']> = Extract<LogEvent, { type: Type }>['data'];

const summariseRelease = ({ tested, failed, noTest, unchecked, reason }: Of<'log.released'>): string => {
  const counts = `${tested} current versions work, ${failed} do not, ${noTest} have no test`;
  return reason === undefined
    ? `published again after the restore: ${counts}`
    : `published after the restore without waiting for ${unchecked} untested versions (${counts}): ${reason}`;
};

const summariseShreds = ({ lostTo, named, deleted }: Of<'log.shreds-repeated'>): string => {
  if (lostTo === null) return 'audit had witnessed nothing of the lost log: there was nothing to delete again';
  return `of ${named} credentials that the lost log had deleted up to position ${lostTo}, ${deleted} had come back and were deleted again`;
};

/** What followed a restore, a sentence each. */
export const summariseRestore = ({ type, data }: LogEvent): string => {
  switch (type) {
    case 'log.restored':
      return `restored the log from the backup of ${data.backedUpAt}, up to position ${data.head.position}, as incarnation ${data.incarnation}: ${data.reason}`;
    case 'log.shreds-repeated':
      return summariseShreds(data);
    case 'log.released':
      return summariseRelease(data);
  }
};

/** What became of backups that were started over the API. */
export const summariseBackup = ({ type, data }: BackupEvent): string => {
  switch (type) {
    case 'backup.requested':
      return `asked for a backup, ${data.file}`;
    case 'backup.started':
      return `began to write the backup ${data.file}`;
    case 'backup.completed':
      return `wrote the backup ${data.file}: ${data.bytes} bytes, up to position ${data.head.position}; it carries ${data.kekIds.join(', ')}`;
    case 'backup.failed':
      return `the backup ${data.file} failed (${data.reasonCode}): ${data.sentence}`;
  }
};
