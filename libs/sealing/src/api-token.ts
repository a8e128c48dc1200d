import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';

const PREFIX = 'kt_';
const TOKEN_BYTES = 32;
const FORM = /^kt_[A-Za-z0-9_-]{43}$/;

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Makes an API token of 256 random bits: too many to guess, so one SHA-256 hides it as well as a slow hash would. */
export const newApiToken = (): Sensitive<string> => new Sensitive(`${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`);

/**
 * Makes the token that `of` always has under this secret: whoever repeats a request gets the same one again, and nobody has to keep it. As
 * good as a random one to whoever lacks the secret, which has to hold 256 bits, or lacks `of`, which should hold what only the caller knows.
 */
export const derivedApiToken = (secret: Sensitive<string>, of: readonly string[]): Sensitive<string> => {
  const key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'keyturn/api-token', TOKEN_BYTES));
  return new Sensitive(`${PREFIX}${createHmac('sha256', key).update(JSON.stringify(of)).digest('base64url')}`);
};

/** Does the text have an API token's form? Says nothing of whether there is such a token. */
export const isApiToken = (text: string): boolean => FORM.test(text);

/** What shows that somebody has the token: its SHA-256. Only this travels to the vault, so the token itself is never in a message. */
export const apiTokenProof = (token: Sensitive<string>): string => sha256(token.reveal());

/** What the log keeps: a hash of the proof, so that nobody can prove a token with what the log says. */
export const apiTokenHash = (proof: string): string => sha256(Buffer.from(proof, 'hex'));

/** Compares in constant time. */
export const provesApiToken = (proof: string, hash: string): boolean => {
  const [given, kept] = [Buffer.from(apiTokenHash(proof), 'hex'), Buffer.from(hash, 'hex')];
  return given.length === kept.length && timingSafeEqual(given, kept);
};
