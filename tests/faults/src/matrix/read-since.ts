import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How long a file is now; 0 where there is none. */
export const lengthOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/** What was written into a file behind a place in it. */
export const readSince = (file: string, offset: number): string => {
  if (!existsSync(file)) return '';
  const opened = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(opened).size - offset));
    return buffer.toString('utf8', 0, readSync(opened, buffer, 0, buffer.length, offset));
  } finally {
    closeSync(opened);
  }
};

/** The files of a folder and how long each is now. */
export const lengthsIn = (folder: string): ReadonlyMap<string, number> =>
  new Map(readdirSync(folder).map((name) => [join(folder, name), lengthOf(join(folder, name))]));
