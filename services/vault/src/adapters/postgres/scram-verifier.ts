import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Sensitive } from '@keyturn/kernel';

const ITERATIONS = 4096;

/** The SCRAM-SHA-256 verifier that Postgres stores (RFC 5803), so that a password never travels in SQL text. */
export const scramVerifier = (password: Sensitive<string>, salt: Uint8Array = randomBytes(16)): string => {
  const salted = pbkdf2Sync(password.reveal().normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const keyOf = (label: string): Buffer => createHmac('sha256', salted).update(label).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  const text = Buffer.from(salt).toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${text}$${stored}:${keyOf('Server Key').toString('base64')}`;
};
