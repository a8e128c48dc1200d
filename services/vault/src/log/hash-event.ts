import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Recorded } from '@keyturn/contracts/events';

/** The `prevHash` of the first event. */
export const GENESIS = '0'.repeat(64);

/** What an event's hash covers. */
export type Hashed = Omit<Recorded, 'hash' | 'prevHash'>;

/** RFC 8785 JSON. Throws on what JSON can't carry: NaN, lone surrogates, cycles. */
export const canonicalText = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no JSON form');
  return text;
};

/** SHA-256 of the ciphertext, hex. */
export const hashSealed = (sealed: Uint8Array): string => createHash('sha256').update(sealed).digest('hex');

/** SHA-256 over the previous hash's bytes and the event's canonical JSON, hex. */
export const hashEvent = (prevHash: string, event: Hashed): string => {
  const { position, stream, version, type, data, meta, recordedAt, sealedHash } = event;
  const text = canonicalText({ position, stream, version, type, data, meta, recordedAt, sealedHash });
  return createHash('sha256').update(prevHash, 'hex').update(text, 'utf8').digest('hex');
};
