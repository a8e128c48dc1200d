import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Sensitive } from '@keyturn/kernel';

const ITERATIONS = 4096;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const deriveKey = promisify(pbkdf2);
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();

const isAscii = (text: string) => Buffer.byteLength(text) === text.length;
const NON_ASCII_SPACE = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/gu;
const MAPPED_TO_NOTHING = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/gu;

/** SASLprep's mapping and normalisation (RFC 4013 §2.1, §2.2). ASCII, which is all we generate, passes unchanged. */
const saslPrep = (password: string) =>
  isAscii(password) ? password : password.replace(NON_ASCII_SPACE, ' ').replace(MAPPED_TO_NOTHING, '').normalize('NFKC');

/**
 * Computes the SCRAM-SHA-256 verifier (RFC 5802, RFC 7677) in the form that Postgres stores, so that the password itself never
 * travels to the server, nor into its log. Two calls give two verifiers, by their random salts, of one password.
 */
export const scramVerifier = async (
  password: Sensitive<string>,
  { salt = randomBytes(SALT_BYTES), iterations = ITERATIONS }: { readonly salt?: Buffer; readonly iterations?: number } = {},
): Promise<Sensitive<string>> => {
  const salted = await deriveKey(saslPrep(password.reveal()), salt, iterations, KEY_BYTES, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return new Sensitive(`SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`);
};
