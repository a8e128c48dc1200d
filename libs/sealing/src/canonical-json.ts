import { Sensitive } from '@keyturn/kernel';
import canonicalize from 'canonicalize';

const encoder = new TextEncoder();

/**
 * RFC 8785 text of a JSON value: the same value gives the same text everywhere, so it can be hashed, signed and bound as AAD.
 * A `Sensitive` inside is a bug and throws: its mask would make different secrets look alike.
 */
export const canonicalJson = (value: unknown): string => {
  refuseSensitive(value);
  const text = canonicalize(value);
  if (text === undefined) throw new Error('a value without a JSON form cannot be made canonical');
  return text;
};

/** The same as bytes, UTF-8. */
export const canonicalBytes = (value: unknown): Uint8Array<ArrayBuffer> => encoder.encode(canonicalJson(value));

const refuseSensitive = (value: unknown): void => {
  if (value instanceof Sensitive) throw new Error('a Sensitive cannot be made canonical: reveal it on the line that means to');
  if (typeof value !== 'object' || value === null) return;
  for (const held of Object.values(value)) refuseSensitive(held);
};
