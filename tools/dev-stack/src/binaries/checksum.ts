import { createHash } from 'node:crypto';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Refuses bytes that aren't the pinned ones: what comes from a network is run only if it is what we tried. */
export const verifySha256 = (bytes: Uint8Array, expected: string): Uint8Array => {
  const actual = sha256(bytes);
  if (actual !== expected) throw new Error(`its checksum is ${actual}, not the pinned ${expected}`);
  return bytes;
};
