import { hash, timingSafeEqual } from 'node:crypto';
import { canonicalBytes } from '@keyturn/sealing';

type Fields = Readonly<Record<string, string>>;

/** Equal digests of the canonical forms, compared in constant time: neither content nor length shows in how long it takes. */
export const areEqual = (a: Fields, b: Fields): boolean => {
  const [one, other] = [a, b].map((fields) => {
    const bytes = canonicalBytes(fields);
    const digest = hash('sha256', bytes, 'buffer');
    bytes.fill(0);
    return digest;
  });
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
};
