import { createDecipheriv } from 'node:crypto';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import type { FernetKey } from './fernet-key.ts';
import { openFernet, partsOfToken, type TokenParts } from './fernet-token.ts';

/** Why a stored token gives no value. */
export type Unreadable = 'corrupt' | 'wrong-key' | 'not-text' | 'no-key';

const PRINTABLE_BLOCK = /^[\x20-\x7e]{16}$/;
const BLOCK = 16;

const textOf = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

const unpadded = (bytes: Uint8Array): Uint8Array | null => {
  const length = bytes.at(-1) ?? 0;
  if (length < 1 || length > BLOCK) return null;
  return bytes.subarray(-length).every((byte) => byte === length) ? bytes.subarray(0, -length) : null;
};

/**
 * Was a token that this key does not authenticate made with it all the same? Under another key the blocks are noise; under this one a text
 * shows through, padded as it should be, or some block of it. The text itself is never used.
 */
const readsUnder = ({ encryption }: FernetKey, { iv, ciphertext }: TokenParts): boolean => {
  const decipher = createDecipheriv('aes-128-cbc', encryption.reveal(), iv).setAutoPadding(false);
  const bytes = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  const padded = unpadded(bytes);
  const blocks = Array.from({ length: bytes.length / BLOCK }, (_, at) => bytes.subarray(at * BLOCK, (at + 1) * BLOCK));
  const reads = (padded !== null && textOf(padded) !== null) || blocks.some((block) => PRINTABLE_BLOCK.test(block.toString('latin1')));
  bytes.fill(0);
  return reads;
};

const diagnose = (keys: readonly FernetKey[], token: string): Unreadable => {
  const parts = partsOfToken(token);
  if (!parts) return 'corrupt';
  if (keys.length === 0) return 'no-key';
  return keys.some((key) => readsUnder(key, parts)) ? 'corrupt' : 'wrong-key';
};

/** An opened token, and which of the keys opened it, counted from 0. */
export type OpenedToken = { readonly value: Sensitive<string>; readonly keyIndex: number };

/**
 * Opens a token that was kept somewhere, with the first of the keys that authenticates it, whatever its age. Where none does it says what
 * to look for: the token itself is damaged, or it was made with a key that is not here.
 */
export const openStoredToken = (keys: readonly FernetKey[], token: string): Result<OpenedToken, Unreadable> => {
  for (const [keyIndex, key] of keys.entries()) {
    const opened = openFernet(key, token);
    if (!opened.ok) continue;
    const text = textOf(opened.value.reveal());
    opened.value.reveal().fill(0);
    return text === null ? refuse('not-text') : ok({ value: new Sensitive(text), keyIndex });
  }
  return refuse(diagnose(keys, token));
};

/** Is it meant as a Fernet token, whole or damaged? Every token begins so until the year 2106. */
export const isMeantAsToken = (text: string): boolean => text.startsWith('gAAAAA');
