import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Reads a file that only its owner may read, and creates it with what `make` returns when it is missing. It appears whole or not at all. */
export const secretFile = async (path: string, make: () => string | Promise<string>): Promise<string> => {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const content = await make();
  writeSecretFile(path, content);
  return content;
};

export const writeSecretFile = (path: string, content: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, content, { mode: 0o600 });
  chmodSync(partial, 0o600);
  renameSync(partial, path);
};

export const randomPassword = (): string => randomBytes(24).toString('base64url');
