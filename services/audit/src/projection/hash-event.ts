import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The fields that an event's hash covers (contracts, `Recorded`). */
const HASHED = ['position', 'stream', 'version', 'type', 'data', 'meta', 'recordedAt', 'sealedHash'] as const;

/**
 * SHA-256(prevHash ‖ RFC 8785 JSON), hex. Written a second time on purpose: a witness that shares its arithmetic with the vault would share
 * its mistakes too. It takes the event as it came, with fields that this version does not know.
 */
export const hashEvent = (prevHash: string, recorded: Readonly<Record<string, unknown>>): string => {
  const text = canonicalize(Object.fromEntries(HASHED.map((name) => [name, recorded[name]])));
  if (text === undefined) throw new TypeError('the event has no JSON form');
  return createHash('sha256').update(prevHash, 'hex').update(text, 'utf8').digest('hex');
};
