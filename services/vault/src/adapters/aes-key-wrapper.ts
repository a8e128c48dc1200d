import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { publicRandom } from '@keyturn/sealing';
import { KeyUnreadable, type KeyWrapper, type WrapContext } from '../ports/key-wrapper.ts';

/** One key-encryption key; its id is a fingerprint of it, so a damaged key can't pass for itself. */
export type Kek = { readonly id: string; readonly key: Sensitive<Uint8Array> };

export const KEK_BYTES = 32;

/** Names the key by its fingerprint. */
export const kekOf = (key: Uint8Array): Kek => ({ id: kekIdOf(key), key: new Sensitive(key) });

const kekIdOf = (key: Uint8Array): string => `kek-${hash('sha256', Buffer.concat([Buffer.from('keyturn kek id v1\n'), key])).slice(0, 16)}`;

/* A wrapped key: format (1 byte, 0x01) ‖ nonce (12, random) ‖ AES-256-GCM ciphertext ‖ tag (16). */
const FORMAT = 0x01;
const NONCE_AT = 1;
const CIPHERTEXT_AT = 13;
const TAG_BYTES = 16;

/** A key as Node keeps it: making one anew for each use costs three times the encryption itself. */
type Ready = { readonly id: string; readonly key: KeyObject };

/** RFC 8785 JSON of `{ algorithm, context, kekId }`, written out because a re-wrap needs it twice for each of many rows. */
export const wrapAad = (kekId: string, context: WrapContext): Buffer => {
  const members = Object.keys(context)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(context[name])}`);
  return Buffer.from(`{"algorithm":"A256GCM","context":{${members.join(',')}},"kekId":${JSON.stringify(kekId)}}`);
};

/**
 * Wraps with AES-256-GCM under KEKs held in memory; the KEK's id and the whole context are bound in. `read` says where they are kept, the
 * first being what a new vault begins with. One that was read and is there no more still unwraps until the process ends.
 */
export const aesKeyWrapper = async (read: () => Promise<readonly Kek[]>): Promise<KeyWrapper> => {
  const all = new Map<string, Ready>();
  let held: readonly string[] = [];

  const reload = async (): Promise<void> => {
    const keks = await read();
    for (const { id, key } of keks) if (!all.has(id)) all.set(id, { id, key: createSecretKey(key.reveal()) });
    held = keks.map(({ id }) => id);
  };
  const kekFor = (kekId: string): Ready => {
    const kek = all.get(kekId);
    if (!kek) throw new KeyUnreadable('kek', `the KEK ${kekId} is not held by this vault`);
    return kek;
  };

  await reload();
  return {
    held: () => held,
    reload,
    wrap: async (kekId, key, context) => {
      const kek = kekFor(kekId);
      const nonce = publicRandom(CIPHERTEXT_AT - NONCE_AT);
      const cipher = createCipheriv('aes-256-gcm', kek.key, nonce);
      cipher.setAAD(wrapAad(kekId, context));
      const wrapped = Buffer.concat([Uint8Array.of(FORMAT), nonce, cipher.update(key.reveal()), cipher.final(), cipher.getAuthTag()]);
      return Promise.resolve({ kekId, wrapped });
    },
    unwrap: async ({ kekId, wrapped }, context) => Promise.resolve(open(kekFor(kekId), wrapped, wrapAad(kekId, context))),
  };
};

const open = (kek: Ready, wrapped: Uint8Array, aad: Uint8Array): Sensitive<Uint8Array> => {
  const unreadable = `a key wrapped under ${kek.id} does not unwrap: it was damaged, or belongs elsewhere`;
  if (wrapped.length <= CIPHERTEXT_AT + TAG_BYTES || wrapped[0] !== FORMAT) throw new KeyUnreadable('data-key', unreadable);
  const decipher = createDecipheriv('aes-256-gcm', kek.key, wrapped.subarray(NONCE_AT, CIPHERTEXT_AT), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(aad);
  decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
  const key = decipher.update(wrapped.subarray(CIPHERTEXT_AT, -TAG_BYTES));
  try {
    decipher.final();
    return new Sensitive<Uint8Array>(key);
  } catch (cause) {
    key.fill(0);
    throw new KeyUnreadable('data-key', unreadable, { cause });
  }
};
