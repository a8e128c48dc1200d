import { readFileSync } from 'node:fs';
import { Sensitive } from '@keyturn/kernel';

/**
 * Reads a secret from its file, without the newline that editors leave. Throws where it has fewer characters than `atLeast`: an empty file,
 * or a toy key.
 */
export const readSecretFile = (path: string, atLeast = 1): Sensitive<string> => {
  const text = readFileSync(path, 'utf8').trim();
  if (text.length < atLeast) throw new Error(`${path} holds fewer than ${atLeast} characters`);
  return new Sensitive(text);
};
