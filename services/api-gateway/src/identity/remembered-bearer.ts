import { createHash } from 'node:crypto';
import { type Clock, recentMap } from '@keyturn/kernel';
import type { VerifyBearer } from './bearer.ts';
import type { Caller } from './identity.ts';

type Remembered = { readonly caller: Caller; readonly until: number };

/** How long a checked token need not be checked again: so long does one live on whose key was withdrawn. */
export const REMEMBERED_MS = 30_000;
const CAPACITY = 10_000;

/**
 * Checks a token's signature once, and then takes the same token for what it was found to be, for a while and never past its end: a program sends
 * one token with every request, and an RSA signature costs more than the rest of a request. Refusals are not remembered; kept are
 * hashes, not tokens.
 */
export const rememberedBearer = (verify: VerifyBearer, clock: Clock): VerifyBearer => {
  const known = recentMap<string, Remembered>(CAPACITY);

  return async (token) => {
    const key = createHash('sha256').update(token).digest('base64');
    const now = clock.now().getTime();
    const held = known.get(key);
    if (held && now < held.until) return { ok: true, value: held.caller };
    known.delete(key);
    const verified = await verify(token);
    if (verified.ok) known.set(key, { caller: verified.value, until: Math.min(now + REMEMBERED_MS, verified.value.expiresAt) });
    return verified;
  };
};
