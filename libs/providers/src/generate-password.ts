import { randomBytes } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';

const BYTES = 32;

/** Makes a password of 256 random bits in the URL-safe alphabet (43 ASCII characters), so that it needs no escaping anywhere. */
export const generatePassword = (): Sensitive<string> => new Sensitive(randomBytes(BYTES).toString('base64url'));
