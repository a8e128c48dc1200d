import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Decrypter, Encrypter } from 'age-encryption';
import type { Sensitive } from '@keyturn/kernel';
import { BackupUnfit } from '../../backup/backup-unfit.ts';

/** What a backup is encrypted to: a passphrase, or the public halves of age keys. */
export type Lock = { readonly passphrase: Sensitive<string> } | { readonly recipients: readonly string[] };
/** What opens it again. */
export type Unlock = { readonly passphrase: Sensitive<string> } | { readonly identities: readonly Sensitive<string>[] };

/** Text gathered before it is encrypted; age's own chunks are as large. */
const CHUNK = 64 * 1024;

async function* chunksOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const line of lines) {
    text += `${line}\n`;
    if (text.length < CHUNK) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  if (text !== '') yield Buffer.from(text, 'utf8');
}

/** What age says of it is not repeated: it may quote the key. */
const usable = (what: string, add: () => void): void => {
  try {
    add();
  } catch {
    throw new BackupUnfit('age-key-unusable', `${what} is not one of age: it is mistyped, or another kind of key`);
  }
};

const encrypterFor = (lock: Lock): Encrypter => {
  const encrypter = new Encrypter();
  if ('passphrase' in lock) encrypter.setPassphrase(lock.passphrase.reveal());
  else for (const recipient of lock.recipients) usable('a recipient', () => encrypter.addRecipient(recipient));
  return encrypter;
};

export const isRecipient = (text: string): boolean => {
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
};

const DRAFT_BYTES = 6;

/** Of these names, those under which the file is written until it is whole. */
export const draftsOf = (file: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => name.startsWith(`${file}.`) && /^[0-9a-f]{12}\.partial$/.test(name.slice(file.length + 1)));

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const exists = (path: string): BackupUnfit => new BackupUnfit('backup-exists', `${path} is there already, and is not written over`);

const refuseUnwritable = (path: string, fault: unknown): never => {
  const code = fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : null;
  if (code === null || !/^E[A-Z]+$/.test(code)) throw fault;
  throw new BackupUnfit('backup-unwritable', `${path} can’t be written: ${code}`, { cause: fault });
};

/** Puts the whole draft at its place, unless something came there meanwhile. */
const place = async (draft: string, path: string): Promise<void> => {
  await link(draft, path).catch((fault: NodeJS.ErrnoException) => {
    throw fault.code === 'EEXIST' ? exists(path) : fault;
  });
  await syncFolder(dirname(path));
};

/**
 * Encrypts the lines into a file of mode 0600, which appears whole and on disk, or not at all: until then it has another name beside it.
 * Refuses (`BackupUnfit`) to write over a file.
 */
export const writeAgeFile = async (
  path: string,
  lines: AsyncIterable<string>,
  lock: Lock,
  onWritten?: (bytes: number) => void,
): Promise<{ readonly bytes: number }> => {
  const encrypter = encrypterFor(lock);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw exists(path);
  const draft = `${path}.${randomBytes(DRAFT_BYTES).toString('hex')}.partial`;
  const file = await open(draft, 'wx', 0o600).catch((fault: unknown) => refuseUnwritable(path, fault));
  let bytes = 0;
  try {
    await chmod(draft, 0o600); // whatever the umask is
    for await (const chunk of await encrypter.encrypt(ReadableStream.from(chunksOf(lines)))) {
      await file.writeFile(chunk).catch((fault: unknown) => refuseUnwritable(path, fault));
      bytes += chunk.length;
      onWritten?.(bytes);
    }
    await file.sync();
    await place(draft, path);
  } finally {
    await file.close();
    await unlink(draft);
  }
  return { bytes };
};

const NOT_OPENED = 'the backup does not open with this passphrase or identity, or is no age file, or its first bytes are damaged';
const DAMAGED = 'the backup is truncated or was changed: its encryption does not hold';

const decrypterFor = (unlock: Unlock): Decrypter => {
  const decrypter = new Decrypter();
  if ('passphrase' in unlock) decrypter.addPassphrase(unlock.passphrase.reveal());
  else for (const identity of unlock.identities) usable('an identity', () => decrypter.addIdentity(identity.reveal()));
  return decrypter;
};

/** Ends the lines, and so the work, once somebody wants it to end. */
export async function* untilAborted(lines: AsyncIterable<string>, signal: AbortSignal | undefined): AsyncGenerator<string> {
  for await (const line of lines) {
    signal?.throwIfAborted();
    yield line;
  }
}

async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (cause) {
    throw new BackupUnfit('backup-unreadable', `the backup ${path} can’t be read`, { cause });
  }
}

const refuseAs =
  (code: 'backup-not-opened' | 'backup-damaged', sentence: string) =>
  (cause: unknown): never => {
    throw cause instanceof BackupUnfit ? cause : new BackupUnfit(code, sentence, { cause });
  };

/**
 * Decrypts the file and yields its lines. What was yielded is authentic, and still may not be all: only the end tells. Throws `BackupUnfit`
 * where the file does not open, is truncated or was changed.
 */
export async function* readAgeFile(path: string, unlock: Unlock): AsyncGenerator<string> {
  const opening = decrypterFor(unlock).decrypt(ReadableStream.from(readChunks(path)));
  const opened = await opening.catch(refuseAs('backup-not-opened', NOT_OPENED));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const chunks = opened[Symbol.asyncIterator]();
  let rest = '';
  try {
    for (;;) {
      const next = await chunks.next().catch(refuseAs('backup-damaged', DAMAGED));
      if (next.done === true) break;
      const parts = (rest + decoder.decode(next.value, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } finally {
    await chunks.return?.();
  }
  if (rest !== '') throw new BackupUnfit('backup-damaged', DAMAGED);
}
