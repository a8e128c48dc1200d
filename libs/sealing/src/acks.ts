import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Sensitive } from '@keyturn/kernel';
import { canonicalJson } from './canonical-json.ts';

/** What an instance states of one generation (design §6). Every field is under the MAC. */
export type AckClaim = {
  readonly phase: 'preflight' | 'use';
  readonly credentialId: string;
  readonly version: number;
  readonly generation: number;
  readonly consumer: string;
  readonly instance: string;
  /** The vault's, from the fetch. */
  readonly nonce: string;
  readonly result: { readonly ok: boolean; readonly sentence: string; readonly elapsedMs: number };
};

const macOf = (ackKey: Sensitive<string>, claim: AckClaim): Buffer => {
  const { phase, credentialId, version, generation, consumer, instance, nonce, result } = claim;
  const { ok, sentence, elapsedMs } = result;
  const key = Buffer.from(ackKey.reveal(), 'base64url');
  const stated = { v: 1, phase, credentialId, version, generation, consumer, instance, nonce, result: { ok, sentence, elapsedMs } };
  return createHmac('sha256', key)
    .update(`keyturn ack v1\n${canonicalJson(stated)}`)
    .digest();
};

/** HMAC-SHA-256 of the claim, base64url. The key travels only inside the sealed version, so a right MAC proves possession of it. */
export const ackMac = (ackKey: Sensitive<string>, claim: AckClaim): string => macOf(ackKey, claim).toString('base64url');

/** Was this claim made by someone who holds the version? Compared in constant time. */
export const verifyAck = (ackKey: Sensitive<string>, claim: AckClaim, mac: string): boolean => {
  const expected = macOf(ackKey, claim);
  const given = Buffer.from(mac, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
};
