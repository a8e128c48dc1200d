import { Sensitive } from '@keyturn/kernel';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { canonicalBytes } from './canonical-json.ts';
import { hpkeSuite } from './hpke-suite.ts';

/** One message to a key: HPKE base mode (RFC 9180). `aad` is the text to which it is bound. */
export type SealedToKey = { readonly enc: string; readonly ciphertext: string; readonly aad: string };
/** Seals a JSON value, once. */
export type SealTo = (value: Sensitive<unknown>, aad: string) => Promise<SealedToKey>;

const encoder = new TextEncoder();
/** HPKE's `info` of what is sealed to somebody's own key. */
export const SEAL_TO_INFO: Uint8Array<ArrayBuffer> = encoder.encode('keyturn reveal v1');

/**
 * Prepares to seal one message to an X25519 public key (32 bytes, base64url) that its owner sent along, or null where that is no such key.
 * Whoever carries the message can't open it; that the key is the owner's is the carrier's word.
 */
export const sealerTo = async (publicKey: string): Promise<SealTo | null> => {
  const bytes = fromBase64Url(publicKey);
  if (!bytes) return null;
  try {
    const recipientPublicKey = await hpkeSuite.kem.deserializePublicKey(bytes);
    const sender = await hpkeSuite.createSenderContext({ recipientPublicKey, info: SEAL_TO_INFO });
    return async (value, aad) => {
      const plaintext = canonicalBytes(value.reveal());
      const ciphertext = new Uint8Array(await sender.seal(plaintext, encoder.encode(aad)));
      plaintext.fill(0);
      return { enc: toBase64Url(new Uint8Array(sender.enc)), ciphertext: toBase64Url(ciphertext), aad };
    };
  } catch {
    return null;
  }
};

/** The owner's key pair for one reveal: send `publicKey` along, and open what comes back. Needs nothing but WebCrypto. */
export type RevealKey = { readonly publicKey: string; open(sealed: SealedToKey): Promise<Sensitive<unknown> | null> };

/** Makes a key pair that only this process has. `open` answers null where the message is another's or was changed. */
export const newRevealKey = async (): Promise<RevealKey> => {
  const pair = await hpkeSuite.kem.generateKeyPair();
  const publicKey = toBase64Url(new Uint8Array(await hpkeSuite.kem.serializePublicKey(pair.publicKey)));
  return {
    publicKey,
    open: async ({ enc, ciphertext, aad }) => {
      const [encapsulated, message] = [fromBase64Url(enc), fromBase64Url(ciphertext)];
      if (!encapsulated || !message) return null;
      try {
        const recipient = await hpkeSuite.createRecipientContext({ recipientKey: pair.privateKey, enc: encapsulated, info: SEAL_TO_INFO });
        const plaintext = new Uint8Array(await recipient.open(message, encoder.encode(aad)));
        const value: unknown = JSON.parse(new TextDecoder().decode(plaintext));
        plaintext.fill(0);
        return new Sensitive(value);
      } catch {
        return null;
      }
    },
  };
};
