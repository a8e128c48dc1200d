import { readFile } from 'node:fs/promises';
import { Sensitive } from '@keyturn/kernel';

/** The file's text without the newline that editors leave. */
export const readSecretFile = async (path: string): Promise<Sensitive<string>> => {
  const text = (await readFile(path, 'utf8')).trim();
  if (text === '') throw new Error(`${path} is empty`);
  return new Sensitive(text);
};
