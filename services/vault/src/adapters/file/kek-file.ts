import { randomBytes } from 'node:crypto';
import { access, constants, link, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KEK_BYTES, type Kek, kekOf } from '../aes-key-wrapper.ts';

/** The KEK file can't be used. One sentence says why and what to do; it never holds any of the file's content. */
export class KekFileUnusable extends Error {
  override readonly name = 'KekFileUnusable';
}

/*
 * The file, text, mode 0600 (or 0400):
 *
 *   keyturn-kek-v1
 *   <id> active <256 random bits, base64url>
 *   <id> added <…>               any number of these (older files also say `retiring`)
 *   end
 *
 * The last line tells a whole file from a truncated one. With `active` a new vault begins; from then on the log says which key is what, and
 * this word says nothing.
 */
const FIRST_LINE = 'keyturn-kek-v1';
const LAST_LINE = 'end';
const KEY_LINE = /^(kek-[0-9a-f]{16}) (active|retiring|added) ([A-Za-z0-9_-]{43})$/;

type Line = { readonly kek: Kek; readonly word: string; readonly text: string };

/** Reads the keys, the one with which a new vault begins first, or says in one sentence why the file can't be used. */
export const readKekFile = async (path: string): Promise<readonly Kek[]> => {
  const lines = await readLines(path);
  return lines.toSorted((a, b) => Number(b.word === 'active') - Number(a.word === 'active')).map(({ kek }) => kek);
};

const readLines = async (path: string): Promise<readonly Line[]> => {
  const found = await stat(path).catch((cause: unknown) => {
    throw new KekFileUnusable(`the KEK file ${path} can't be read: restore it from its backup, or allow creating it on a first start`, {
      cause,
    });
  });
  if (!found.isFile()) throw new KekFileUnusable(`the KEK file ${path} is not a regular file`);
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    throw new KekFileUnusable(`the KEK file ${path} has mode ${mode}, so others may read it: chmod 600 it`);
  }
  return parse(path, await readFile(path, 'utf8'));
};

const parse = (path: string, text: string): readonly Line[] => {
  const damaged = () => new KekFileUnusable(`the KEK file ${path} is truncated or damaged: restore it from its backup`);
  const lines = text.trimEnd().split('\n');
  if (lines.length < 3 || lines[0] !== FIRST_LINE || lines.at(-1) !== LAST_LINE) throw damaged();
  const read = new Map<string, Line>();
  for (const line of lines.slice(1, -1)) {
    const [, id, word, encoded] = KEY_LINE.exec(line) ?? [];
    const key = Buffer.from(encoded ?? '', 'base64url');
    const kek = kekOf(key);
    if (word === undefined || key.length !== KEK_BYTES || kek.id !== id || read.has(id)) throw damaged();
    read.set(id, { kek, word, text: line });
  }
  const active = [...read.values()].filter(({ word }) => word === 'active').length;
  if (active > 1) throw new KekFileUnusable(`the KEK file ${path} must name at most one active key, and names ${active}`);
  return [...read.values()];
};

/**
 * Writes a file with one fresh KEK, unless there is a file already. It appears whole or not at all, even when two replicas start at once,
 * and is on disk before anything is wrapped under it.
 */
export const createKekFile = async (path: string): Promise<void> => {
  const { kek, line } = freshLine('active');
  await writeWhole(path, [line], (draft) => link(draft, path).catch(ignoreExisting));
  kek.key.reveal().fill(0);
};

/** Throws where a file could not be made at this path. Makes none. */
export const refuseUnwritableFolder = async (path: string): Promise<void> => {
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new KekFileUnusable(`the KEK file ${path} can't be made: its folder is not there, or can't be written to`, { cause });
  });
};

/** Adds one fresh KEK to the file and answers its fingerprint. Running vaults hold it after their next look at the file. */
export const addToKekFile = async (path: string): Promise<string> =>
  alone(path, async () => {
    const { kek, line } = freshLine('added');
    const before = await readLines(path);
    await writeWhole(path, [...before.map(({ text }) => text), line], (draft) => rename(draft, path));
    kek.key.reveal().fill(0);
    return kek.id;
  });

/** Takes a KEK out of the file, for a key that the ring has retired. */
export const removeFromKekFile = async (path: string, kekId: string): Promise<void> =>
  alone(path, async () => {
    const before = await readLines(path);
    const after = before.filter(({ kek }) => kek.id !== kekId);
    if (after.length === before.length) throw new KekFileUnusable(`the KEK file ${path} holds no ${kekId}`);
    if (after.length === 0) throw new KekFileUnusable(`${kekId} is the only key in the KEK file ${path}: a vault needs one`);
    await writeWhole(
      path,
      after.map(({ text }) => text),
      (draft) => rename(draft, path),
    );
  });

const freshLine = (word: 'active' | 'added'): { kek: Kek; line: string } => {
  const kek = kekOf(randomBytes(KEK_BYTES));
  return { kek, line: `${kek.id} ${word} ${Buffer.from(kek.key.reveal()).toString('base64url')}` };
};

/** One change at a time: the lock is a file beside it, which whoever was killed meanwhile leaves to be deleted by hand. */
const alone = async <T>(path: string, change: () => Promise<T>): Promise<T> => {
  const lock = `${path}.lock`;
  const held = await open(lock, 'wx', 0o600).catch((cause: unknown) => {
    throw new KekFileUnusable(`the KEK file ${path} can't be changed: ${lock} is there already, or its folder is not writable`, { cause });
  });
  try {
    return await change();
  } finally {
    await held.close();
    await unlink(lock);
  }
};

const writeWhole = async (path: string, lines: readonly string[], place: (draft: string) => Promise<void>): Promise<void> => {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${[FIRST_LINE, ...lines, LAST_LINE].join('\n')}\n`);
    await file.sync();
    await place(draft);
  } finally {
    await file.close();
    await unlink(draft).catch(ignoreMissing);
  }
  await syncFolder(dirname(path));
};

const ignoreMissing = (fault: NodeJS.ErrnoException): void => {
  if (fault.code !== 'ENOENT') throw fault;
};

const ignoreExisting = (fault: NodeJS.ErrnoException): void => {
  if (fault.code !== 'EEXIST') throw fault;
};

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};
