import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { toBase64Url } from './base64url.ts';

/** The one suite on the wire: RFC 9180 base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
export const hpkeSuite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

const encoder = new TextEncoder();

/** HPKE's `info`: what the encapsulation is for, and to which sealing key. */
export const hpkeInfo = (purpose: 'link' | 'one-shot', sealingKeyId: string): Uint8Array<ArrayBuffer> =>
  encoder.encode(`keyturn ${purpose} v1|${sealingKeyId}`);

/** Labels under which a context exports one AES-256 key for each direction. */
export const REQUEST_KEY: Uint8Array<ArrayBuffer> = encoder.encode('keyturn request key v1');
export const REPLY_KEY: Uint8Array<ArrayBuffer> = encoder.encode('keyturn reply key v1');
export const EXPORTED_KEY_BYTES = 32;
export const NONCE_BYTES = 12;

/** A link is named after its encapsulation: the first 16 bytes of SHA-256(enc). Nobody can give it another's name. */
export const linkIdOf = async (enc: Uint8Array<ArrayBuffer>): Promise<string> => {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', enc)).subarray(0, 16));
};
