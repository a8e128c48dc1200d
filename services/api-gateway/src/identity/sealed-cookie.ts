import { hkdfSync } from 'node:crypto';
import type { Clock, Sensitive } from '@keyturn/kernel';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import type { z } from 'zod';

/** A cookie's value that only the gateway can read or make: a JWE (direct, A256GCM) with an expiry. */
export interface SealedCookie<T> {
  seal(value: T, expiresAt: number): Promise<string>;
  /** Null for whatever is not a fresh value of ours: forged, expired, of another purpose or of an older shape. */
  open(text: string): Promise<T | null>;
}

export type CookieSealing<T> = {
  /** Long-lived random text, at least 32 characters; every purpose gets its own key from it. */
  readonly secret: Sensitive<string>;
  readonly purpose: string;
  readonly schema: z.ZodType<T>;
  readonly clock: Clock;
};

export const sealedCookie = <T>({ secret, purpose, schema, clock }: CookieSealing<T>): SealedCookie<T> => {
  const key = new Uint8Array(hkdfSync('sha256', secret.reveal(), '', `keyturn/cookie/${purpose}`, 32));
  return {
    seal: (value, expiresAt) =>
      new EncryptJWT({ value })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(Math.floor(expiresAt / 1000))
        .encrypt(key),
    open: async (text) => {
      try {
        const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'], requiredClaims: ['exp'] };
        const { payload } = await jwtDecrypt(text, key, { ...options, currentDate: clock.now() });
        const parsed = schema.safeParse(payload['value']);
        return parsed.success ? parsed.data : null;
      } catch (fault) {
        if (fault instanceof errors.JOSEError || fault instanceof TypeError) return null;
        throw fault;
      }
    },
  };
};
