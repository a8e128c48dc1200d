import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { canonicalBytes } from '@keyturn/sealing';
import type { KeyWrapper, WrapContext } from '../ports/key-wrapper.ts';

type Kek = { readonly id: string; readonly key: Sensitive<Uint8Array> };

/* A wrapped key: format (1 byte, 0x01) ‖ nonce (12, random) ‖ AES-256-GCM ciphertext ‖ tag (16). */
const FORMAT = 0x01;
const NONCE_AT = 1;
const CIPHERTEXT_AT = 13;
const TAG_BYTES = 16;

const aadOf = (kekId: string, context: WrapContext): Uint8Array => canonicalBytes({ algorithm: 'A256GCM', kekId, context });

/** Wraps with AES-256-GCM under KEKs held in memory; the KEK's id and the whole context are bound in. */
export const aesKeyWrapper = ({ active, all }: { active: Kek; all: ReadonlyMap<string, Kek> }): KeyWrapper => ({
  activeKekId: () => Promise.resolve(active.id),
  wrap: (key, context) => {
    const nonce = randomBytes(CIPHERTEXT_AT - NONCE_AT);
    const cipher = createCipheriv('aes-256-gcm', createSecretKey(active.key.reveal()), nonce);
    cipher.setAAD(aadOf(active.id, context));
    const wrapped = Buffer.concat([Uint8Array.of(FORMAT), nonce, cipher.update(key.reveal()), cipher.final(), cipher.getAuthTag()]);
    return Promise.resolve({ kekId: active.id, wrapped });
  },
  unwrap: async ({ kekId, wrapped }, context) => {
    const kek = all.get(kekId);
    if (!kek) throw new Error(`the key was wrapped under ${kekId}, which this vault does not hold`);
    return Promise.resolve(open(kek, wrapped, context));
  },
});

const open = (kek: Kek, wrapped: Uint8Array, context: WrapContext): Sensitive<Uint8Array> => {
  const unreadable = `a key wrapped under ${kek.id} does not unwrap: it was damaged, or belongs elsewhere`;
  if (wrapped.length <= CIPHERTEXT_AT + TAG_BYTES || wrapped[0] !== FORMAT) throw new Error(unreadable);
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(kek.key.reveal()), wrapped.subarray(NONCE_AT, CIPHERTEXT_AT), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(aadOf(kek.id, context));
  decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
  const key = decipher.update(wrapped.subarray(CIPHERTEXT_AT, -TAG_BYTES));
  try {
    decipher.final();
    return new Sensitive<Uint8Array>(key);
  } catch (cause) {
    key.fill(0);
    throw new Error(unreadable, { cause });
  }
};
