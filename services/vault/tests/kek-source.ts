import { Sensitive } from '@keyturn/kernel';
import type { Kek } from '../src/adapters/aes-key-wrapper.ts';
import type { KekSource } from '../src/config.ts';

/** The KEKs as a host has them in KEYTURN_KEK. */
export const kekSourceOf = (keks: readonly Kek[]): KekSource => ({
  variable: new Sensitive(keks.map(({ key }) => Buffer.from(key.reveal()).toString('base64')).join(',')),
});
