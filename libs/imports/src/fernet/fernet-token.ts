import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import type { FernetKey } from './fernet-key.ts';
import { fromPaddedBase64Url } from './padded-base64url.ts';

const VERSION = 0x80;
const TIMESTAMP_END = 9;
const IV_END = 25;
const MAC_BYTES = 32;
const BLOCK = 16;
const MOST_SKEW_SECONDS = 60;

/** The parts of a token (fernet/spec, version 0x80). */
export type TokenParts = {
  readonly madeAt: number;
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly authenticated: Uint8Array;
  readonly mac: Uint8Array;
};

/** Takes a token apart; null where it has not the form of one. Says nothing about whether it is genuine. */
export const partsOfToken = (token: string): TokenParts | null => {
  const bytes = fromPaddedBase64Url(token);
  if (!bytes || bytes[0] !== VERSION) return null;
  const ciphertext = bytes.subarray(IV_END, -MAC_BYTES);
  if (bytes.length < IV_END + BLOCK + MAC_BYTES || ciphertext.length % BLOCK !== 0) return null;
  return {
    madeAt: Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(1)),
    iv: bytes.subarray(TIMESTAMP_END, IV_END),
    ciphertext,
    authenticated: bytes.subarray(0, -MAC_BYTES),
    mac: bytes.subarray(-MAC_BYTES),
  };
};

/** How old a token may be, and what time it is. A clock that is behind by up to a minute is forgiven. */
export type TokenAge = { readonly now: Date; readonly ttlSeconds: number };

const isInTime = (madeAt: number, { now, ttlSeconds }: TokenAge): boolean => {
  const seconds = now.getTime() / 1000;
  return madeAt + ttlSeconds >= seconds && madeAt <= seconds + MOST_SKEW_SECONDS;
};

const isGenuine = ({ signing }: FernetKey, { authenticated, mac }: TokenParts): boolean =>
  timingSafeEqual(createHmac('sha256', signing.reveal()).update(authenticated).digest(), mac);

/**
 * Opens a Fernet token. Its age is looked at only where `age` is given: what lies in a database is not to be refused for being old.
 * Whatever is wrong, the refusal is the same one, and nothing is decrypted before the signature holds.
 */
export const openFernet = (key: FernetKey, token: string, age?: TokenAge): Result<Sensitive<Uint8Array>, 'token-invalid'> => {
  const parts = partsOfToken(token);
  if (!parts || (age && !isInTime(parts.madeAt, age)) || !isGenuine(key, parts)) return refuse('token-invalid');
  const decipher = createDecipheriv('aes-128-cbc', key.encryption.reveal(), parts.iv);
  try {
    const opened = Buffer.concat([decipher.update(parts.ciphertext), decipher.final()]);
    return ok(new Sensitive<Uint8Array>(opened));
  } catch {
    return refuse('token-invalid');
  }
};
