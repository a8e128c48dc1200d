import { createReadStream, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Source } from './scan/scan.ts';

const PIECE_BYTES = 1024 * 1024;

/** A file's bytes, read in pieces. */
export const fileSource = (path: string): Source => ({
  read: (from) => createReadStream(path, { start: from, highWaterMark: PIECE_BYTES }),
});

/** Every regular file below a folder, relative to it, with `/` between the names. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .toSorted();
