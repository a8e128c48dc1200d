import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes an executable so that others see it whole or not at all, also when two starts fetch it at once. */
export const installBinary = async (path: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  await writeFile(partial, bytes, { mode: 0o755 });
  await rename(partial, path);
};
