import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { ackMac, verifyAck, type AckClaim } from './acks.ts';

const key = new Sensitive(Buffer.alloc(32, 7).toString('base64url'));
const claim: AckClaim = {
  phase: 'use',
  credentialId: '0197d2a0-0000-7000-8000-000000000001',
  version: 2,
  generation: 3,
  consumer: 'orders',
  instance: '7f3a',
  nonce: 'n',
  result: { ok: true, sentence: 'logged in', elapsedMs: 12.5 },
};

describe('an acknowledgement', () => {
  it('is believed from whoever holds the version', () => expect(verifyAck(key, claim, ackMac(key, claim))).toBe(true));
  it('does not depend on the order of its fields', () => {
    const reversed = Object.fromEntries(Object.entries(claim).toReversed()) as AckClaim;
    expect(ackMac(key, reversed)).toBe(ackMac(key, claim));
  });
  it.each([
    { phase: 'preflight' as const },
    { credentialId: '0197d2a0-0000-7000-8000-000000000002' },
    { version: 1 },
    { generation: 4 },
    { consumer: 'billing' },
    { instance: '7f3b' },
    { nonce: 'm' },
    { result: { ...claim.result, ok: false } },
    { result: { ...claim.result, sentence: 'no' } },
    { result: { ...claim.result, elapsedMs: 13 } },
  ])('does not stand for %o', (other) => expect(verifyAck(key, { ...claim, ...other }, ackMac(key, claim))).toBe(false));
  it('is not believed under another key, cut, or empty', () => {
    expect(verifyAck(new Sensitive(Buffer.alloc(32, 8).toString('base64url')), claim, ackMac(key, claim))).toBe(false);
    expect(verifyAck(key, claim, ackMac(key, claim).slice(0, -2))).toBe(false);
    expect(verifyAck(key, claim, '')).toBe(false);
  });
});
