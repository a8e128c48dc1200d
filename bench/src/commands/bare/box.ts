import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { publicRandom } from '@keyturn/sealing';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM and nothing else: nonce ‖ ciphertext ‖ tag. */
export const sealBox = (key: KeyObject, plaintext: Uint8Array | string): Buffer => {
  const nonce = publicRandom(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const ciphertext = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  return Buffer.concat([nonce, ciphertext, cipher.final(), cipher.getAuthTag()]);
};

/** Throws where it doesn't open. */
export const openBox = (key: KeyObject, box: Buffer): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  const plaintext = decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([plaintext, decipher.final()]).toString();
};
