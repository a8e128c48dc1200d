import { readFile } from 'node:fs/promises';
import { Sensitive } from '@keyturn/kernel';

/** The file's text without the newline that editors leave; `atLeast` guards against an empty or a toy key. */
export const readSecretFile = async (path: string, atLeast = 1): Promise<Sensitive<string>> => {
  const text = (await readFile(path, 'utf8')).trim();
  if (text.length < atLeast) throw new Error(`${path} holds fewer than ${atLeast} characters`);
  return new Sensitive(text);
};
