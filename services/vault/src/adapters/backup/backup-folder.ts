import { access, constants, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Sensitive } from '@keyturn/kernel';
import type { KekSource } from '../../config.ts';
import type { BackupFolder } from '../../ports/backup-folder.ts';
import { draftsOf, isRecipient } from './age-file.ts';
import { createBackup, linesIn } from './create-backup.ts';

/** As the settings say; null: backups over the API are not set up. */
export type BackupPlace = { readonly folder: string; readonly recipientsFile: string } | null;

type Options = { readonly place: BackupPlace; readonly databaseUrl: Sensitive<string>; readonly kek: KekSource };
type Ready = { readonly folder: string; readonly recipients: readonly string[] };

const codeOf = (fault: unknown): string =>
  fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : 'unknown';

/** Public keys, one a line, as age writes them; read anew each time, so that a change needs no restart. */
const readRecipients = async (path: string): Promise<readonly string[] | string> => {
  const text = await readFile(path, 'utf8').catch((fault: unknown) => ({ failed: codeOf(fault) }));
  if (typeof text !== 'string') return `the file of BACKUP_RECIPIENTS_FILE can’t be read: ${text.failed}`;
  const lines = text.split('\n').map((line) => line.trim());
  const recipients = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (recipients.length === 0) return 'the file of BACKUP_RECIPIENTS_FILE names no recipient';
  const wrong = recipients.findIndex((recipient) => !isRecipient(recipient));
  // Not repeated: somebody may have put an identity there, which is a secret.
  return wrong === -1 ? recipients : `recipient ${wrong + 1} in the file of BACKUP_RECIPIENTS_FILE is no age recipient`;
};

const prepare = async (place: BackupPlace): Promise<Ready | string> => {
  if (!place) return 'BACKUP_FOLDER and BACKUP_RECIPIENTS_FILE are not set';
  const { folder, recipientsFile } = place;
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return 'the folder of BACKUP_FOLDER is not there';
  const canWrite = await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!canWrite) return 'the folder of BACKUP_FOLDER can’t be written to';
  const recipients = await readRecipients(recipientsFile);
  return typeof recipients === 'string' ? recipients : { folder, recipients };
};

/** A folder on this host; backups go only to recipients, so nothing that opens them is ever here. */
export const backupFolder = ({ place, databaseUrl, kek }: Options): BackupFolder => ({
  whyNot: async () => {
    const ready = await prepare(place);
    return typeof ready === 'string' ? ready : null;
  },
  write: async ({ file, signal, onBegun, onWritten }) => {
    const ready = await prepare(place);
    if (typeof ready === 'string') return { ok: false, refusal: { code: 'backup-unconfigured', sentence: ready } };
    const { recipients, folder } = ready;
    const created = await createBackup({ path: join(folder, file), lock: { recipients }, databaseUrl, kek, signal, onBegun, onWritten });
    if (!created.ok) return created;
    const { head, bytes, counts, kekIds } = created.value;
    return ok({ head, bytes, lines: linesIn(counts), kekIds });
  },
  has: (file) =>
    place === null
      ? Promise.resolve(false)
      : access(join(place.folder, file)).then(
          () => true,
          () => false,
        ),
  clearDrafts: async (file) => {
    if (place === null) return;
    for (const name of draftsOf(file, await readdir(place.folder))) await unlink(join(place.folder, name));
  },
});
