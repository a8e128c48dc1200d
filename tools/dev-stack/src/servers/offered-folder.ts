import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from '../cannot-start.ts';

/** The folder that a variable offers, if it holds all of these files: none of them may be made anew there. Throws `CannotStart`. */
export const offeredFolder = (variable: string, folder: string, files: readonly string[]): string => {
  const missing = files.filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) throw new CannotStart(`${variable} names a folder without ${missing.join(' and ')}.`);
  return folder;
};
