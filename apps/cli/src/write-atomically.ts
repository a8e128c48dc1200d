import { randomBytes } from 'node:crypto';
import { chmod, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Replaces a file as a whole, or not at all: written and synced beside it with the given mode, then renamed. */
export const writeAtomically = async (path: string, text: string, mode: number): Promise<void> => {
  const beside = join(dirname(path), `.keyturn-${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(beside, mode); // the umask may have taken from it
    await rename(beside, path);
  } catch (fault) {
    await rm(beside, { force: true });
    throw fault;
  }
};
