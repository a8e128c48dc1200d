import { Sensitive } from '@keyturn/kernel';
import { fromPaddedBase64Url } from './padded-base64url.ts';

/** The two halves of a Fernet key. */
export type FernetKey = { readonly signing: Sensitive<Uint8Array>; readonly encryption: Sensitive<Uint8Array> };

const HALF = 16;

/** Reads a Fernet key: 32 bytes in base64url with padding, as `Fernet.generate_key()` prints it. Null where the text is none. */
export const parseFernetKey = (text: string): FernetKey | null => {
  const bytes = fromPaddedBase64Url(text);
  if (bytes?.length !== 2 * HALF) return null;
  return { signing: new Sensitive(bytes.subarray(0, HALF)), encryption: new Sensitive(bytes.subarray(HALF)) };
};

/** The keys of a key file, one a line, in their order; `#` begins a comment line. The number of the first line that is no key is the refusal. */
export const parseKeyFile = (text: string): readonly FernetKey[] | { readonly wrongLine: number } => {
  const keys: FernetKey[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const key = parseFernetKey(trimmed);
    if (!key) return { wrongLine: index + 1 };
    keys.push(key);
  }
  return keys;
};
