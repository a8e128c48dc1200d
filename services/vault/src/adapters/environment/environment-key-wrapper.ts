import type { Sensitive } from '@keyturn/kernel';
import type { KeyWrapper } from '../../ports/key-wrapper.ts';
import { aesKeyWrapper, KEK_BYTES, type Kek, kekOf } from '../aes-key-wrapper.ts';

/** The variable can't be used. One sentence says why; it never holds any of the value. */
export class KekVariableUnusable extends Error {
  override readonly name = 'KekVariableUnusable';
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

const parseKek = (text: string, at: number, of: number): Kek => {
  const which = of === 1 ? 'KEYTURN_KEK' : `key ${at + 1} of ${of} in KEYTURN_KEK`;
  const key = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length !== KEK_BYTES) {
    throw new KekVariableUnusable(`${which} is not ${KEK_BYTES} bytes in base64: it is truncated, mistyped, or another variable's value`);
  }
  return kekOf(key);
};

/** Reads `KEYTURN_KEK`: 32 bytes in base64; several with commas between them, the newest first. */
export const parseKeks = (variable: Sensitive<string>): readonly Kek[] => {
  const texts = variable
    .reveal()
    .split(',')
    .map((text) => text.trim());
  const keks = texts.map((text, at) => parseKek(text, at, texts.length));
  if (new Set(keks.map(({ id }) => id)).size < keks.length) throw new KekVariableUnusable('KEYTURN_KEK names the same key twice');
  return keks;
};

/** KEKs from the environment, for hosts that inject secrets there. They change only with a restart. */
export const environmentKeyWrapper = (variable: Sensitive<string>): Promise<KeyWrapper> =>
  aesKeyWrapper(() => Promise.resolve(parseKeks(variable)));
