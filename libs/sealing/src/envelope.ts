import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { canonicalBytes } from './canonical-json.ts';
import { publicRandom } from './public-random.ts';

/** Where an envelope belongs; all of it is bound into its AAD. */
export type EnvelopeContext = { readonly credentialId: string; readonly version: number; readonly scope: string };

/** What a version consists of: all its secret fields, and the random key with which consumers prove that they hold it. */
export type VersionSecret = {
  readonly fields: Sensitive<Readonly<Record<string, string>>>;
  /** 256 random bits, base64url. */
  readonly ackKey: Sensitive<string>;
};

/** The envelope does not open: damaged, moved to another version, or not under this DEK. Says nothing of what is inside. */
export class EnvelopeUnreadable extends Error {
  override readonly name = 'EnvelopeUnreadable';
  constructor(context: EnvelopeContext, why: string) {
    super(`version ${context.version} of credential ${context.credentialId} does not open: ${why}`);
  }
}

/*
 * The layout of format 1, algorithm 1:
 *
 *   offset  bytes
 *        0      2  "KT"
 *        2      1  format, 0x01
 *        3      1  algorithm, 0x01 = AES-256-GCM, keys by HKDF-SHA-256
 *        4     32  salt, random
 *       36     32  key commitment = HKDF(DEK, salt, "keyturn envelope v1 commitment")
 *       68     12  nonce, random
 *       80      n  ciphertext of canonical JSON { ackKey, fields }, under HKDF(DEK, salt, "keyturn envelope v1 encryption")
 *     80+n     16  GCM tag
 *
 * GCM alone does not commit to its key: one ciphertext can be made to open under two. The commitment is compared before anything is
 * decrypted, so an envelope has exactly one DEK. Another algorithm gets another number, and the old ones stay readable.
 */
const HEADER = Uint8Array.of(0x4b, 0x54, 0x01, 0x01);
const ALGORITHM = 'A256GCM+HKDF-SHA256';
const AT = { salt: 4, commitment: 36, nonce: 68, ciphertext: 80 } as const;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Seals a version under a fresh 256-bit DEK of its own, with a fresh ack key inside. The DEK is handed back to be wrapped; whoever wraps
 * it zeroes it afterwards.
 */
export const sealVersion = ({
  fields,
  dek: given,
  ...context
}: EnvelopeContext & { fields: VersionSecret['fields']; dek?: Sensitive<Uint8Array> }): {
  sealed: Uint8Array;
  dek: Sensitive<Uint8Array>;
} => {
  const [salt, nonce] = [publicRandom(AT.commitment - AT.salt), publicRandom(AT.ciphertext - AT.nonce)];
  const drawn = randomBytes(2 * KEY_BYTES); // both keys at once: asking the system's generator costs more than the bytes do
  const ackKey = drawn.subarray(0, KEY_BYTES);
  const dek = given ?? new Sensitive<Uint8Array>(drawn.subarray(KEY_BYTES));
  const keys = deriveKeys(dek, salt);
  const plaintext = canonicalBytes({ fields: fields.reveal(), ackKey: ackKey.toString('base64url') });
  try {
    const cipher = createCipheriv('aes-256-gcm', createSecretKey(keys.encryption), nonce);
    cipher.setAAD(envelopeAad(context));
    const ciphertext = [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
    return { sealed: Buffer.concat([HEADER, salt, keys.commitment, nonce, ...ciphertext]), dek };
  } finally {
    plaintext.fill(0);
    ackKey.fill(0);
    keys.encryption.fill(0);
  }
};

/** Opens what `sealVersion` sealed for this very version. Throws `EnvelopeUnreadable`: at rest, that is damage, not a refusal. */
export const openVersion = ({
  sealed,
  dek,
  ...context
}: EnvelopeContext & { sealed: Uint8Array; dek: Sensitive<Uint8Array> }): VersionSecret => {
  if (sealed.length < AT.ciphertext + TAG_BYTES) throw new EnvelopeUnreadable(context, 'it is too short');
  if (!timingSafeEqual(sealed.subarray(0, HEADER.length), HEADER)) throw new EnvelopeUnreadable(context, 'its format is unknown');
  const keys = deriveKeys(dek, sealed.subarray(AT.salt, AT.commitment));
  try {
    if (!timingSafeEqual(keys.commitment, sealed.subarray(AT.commitment, AT.nonce))) {
      throw new EnvelopeUnreadable(context, 'it was sealed under another key');
    }
    return parseSecret(context, decrypt(context, keys.encryption, sealed));
  } finally {
    keys.encryption.fill(0);
  }
};

const decrypt = (context: EnvelopeContext, key: Uint8Array, sealed: Uint8Array): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), sealed.subarray(AT.nonce, AT.ciphertext), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(envelopeAad(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(AT.ciphertext, -TAG_BYTES));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    throw new EnvelopeUnreadable(context, 'it was damaged, or belongs to another version');
  }
};

const parseSecret = (context: EnvelopeContext, plaintext: Buffer): VersionSecret => {
  const secret = parseJson(plaintext);
  plaintext.fill(0);
  if (typeof secret === 'object' && secret !== null && 'ackKey' in secret && 'fields' in secret) {
    const { ackKey, fields } = secret;
    if (typeof ackKey === 'string' && isFields(fields)) return { ackKey: new Sensitive(ackKey), fields: new Sensitive(fields) };
  }
  throw new EnvelopeUnreadable(context, 'its content is not a version');
};

/** Null where it is no JSON: the parser's own error would quote the plaintext. */
const parseJson = (plaintext: Buffer): unknown => {
  try {
    return JSON.parse(plaintext.toString('utf8'));
  } catch {
    return null;
  }
};

const isFields = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((field) => typeof field === 'string');

const envelopeAad = ({ credentialId, version, scope }: EnvelopeContext): Uint8Array =>
  Buffer.from(JSON.stringify({ algorithm: ALGORITHM, credentialId, scope, version })); // RFC 8785: in the order that it sorts names into

const deriveKeys = (dek: Sensitive<Uint8Array>, salt: Uint8Array) => {
  if (dek.reveal().length !== KEY_BYTES) throw new Error(`a DEK has ${KEY_BYTES} bytes`);
  const key = createSecretKey(dek.reveal());
  const derive = (label: string): Buffer => Buffer.from(hkdfSync('sha256', key, salt, `keyturn envelope v1 ${label}`, KEY_BYTES));
  return { commitment: derive('commitment'), encryption: derive('encryption') };
};
