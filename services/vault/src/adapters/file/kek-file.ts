import { hash, randomBytes } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Sensitive } from '@keyturn/kernel';

/** One key-encryption key; its id is a fingerprint of it, so a damaged key can't pass for itself. */
export type Kek = { readonly id: string; readonly key: Sensitive<Uint8Array> };

/** The KEK file can't be used. One sentence says why and what to do; it never holds any of the file's content. */
export class KekFileUnusable extends Error {
  override readonly name = 'KekFileUnusable';
}

/*
 * The file, text, mode 0600 (or 0400):
 *
 *   keyturn-kek-v1
 *   <id> active <256 random bits, base64url>
 *   <id> retiring <…>            any number of these, kept to unwrap with
 *   end
 *
 * The last line tells a whole file from a truncated one.
 */
const FIRST_LINE = 'keyturn-kek-v1';
const LAST_LINE = 'end';
const KEK_BYTES = 32;
const KEY_LINE = /^(kek-[0-9a-f]{16}) (active|retiring) ([A-Za-z0-9_-]{43})$/;

const kekIdOf = (key: Uint8Array): string => `kek-${hash('sha256', Buffer.concat([Buffer.from('keyturn kek id v1\n'), key])).slice(0, 16)}`;

/** Reads the file, or says in one sentence why it can't be used. */
export const readKekFile = async (path: string): Promise<{ active: Kek; all: ReadonlyMap<string, Kek> }> => {
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

const parse = (path: string, text: string): { active: Kek; all: ReadonlyMap<string, Kek> } => {
  const damaged = () => new KekFileUnusable(`the KEK file ${path} is truncated or damaged: restore it from its backup`);
  const lines = text.trimEnd().split('\n');
  if (lines[0] !== FIRST_LINE || lines.at(-1) !== LAST_LINE) throw damaged();
  const all = new Map<string, Kek>();
  const active: Kek[] = [];
  for (const line of lines.slice(1, -1)) {
    const [, id, state, encoded] = KEY_LINE.exec(line) ?? [];
    const key = Buffer.from(encoded ?? '', 'base64url');
    if (id === undefined || key.length !== KEK_BYTES || kekIdOf(key) !== id || all.has(id)) throw damaged();
    const kek = { id, key: new Sensitive<Uint8Array>(key) };
    all.set(id, kek);
    if (state === 'active') active.push(kek);
  }
  const [only, ...more] = active;
  if (!only || more.length > 0)
    throw new KekFileUnusable(`the KEK file ${path} must name exactly one active key, and names ${active.length}`);
  return { active: only, all };
};

/**
 * Writes a file with one fresh KEK, unless there is a file already. It appears whole or not at all, even when two replicas start at once,
 * and is on disk before anything is wrapped under it.
 */
export const createKekFile = async (path: string): Promise<void> => {
  const key = randomBytes(KEK_BYTES);
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${FIRST_LINE}\n${kekIdOf(key)} active ${key.toString('base64url')}\n${LAST_LINE}\n`);
    await file.sync();
    await link(draft, path).catch(ignoreExisting);
  } finally {
    key.fill(0);
    await file.close();
    await unlink(draft);
  }
  await syncFolder(dirname(path));
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
