import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { EnvelopeUnreadable, openVersion, sealVersion } from './envelope.ts';

const context = { credentialId: '0197d2a0-0000-7000-8000-000000000001', version: 2, scope: 'system' };
const fields = new Sensitive({ password: 'hunter2', username: 'orders_kt1' });
const dekOf = (fill: number) => new Sensitive<Uint8Array>(new Uint8Array(32).fill(fill));

describe('the envelope of a version', () => {
  it('opens to its fields and its ack key', () => {
    const { sealed, dek } = sealVersion({ ...context, fields });
    const opened = openVersion({ ...context, sealed, dek });
    expect(opened.fields.reveal()).toEqual({ password: 'hunter2', username: 'orders_kt1' });
    expect(Buffer.from(opened.ackKey.reveal(), 'base64url')).toHaveLength(32);
  });
  it('has a key, an ack key and bytes of its own each time', () => {
    const [a, b] = [sealVersion({ ...context, fields }), sealVersion({ ...context, fields })];
    expect(a.dek.reveal()).toHaveLength(32);
    expect(a.dek.reveal()).not.toEqual(b.dek.reveal());
    expect(openVersion({ ...context, ...a }).ackKey.reveal()).not.toBe(openVersion({ ...context, ...b }).ackKey.reveal());
    expect(a.sealed.subarray(4)).not.toEqual(b.sealed.subarray(4));
  });
  it('holds nothing of the plaintext', () => {
    const { sealed } = sealVersion({ ...context, fields });
    for (const text of ['hunter2', 'password', 'orders_kt1']) expect(Buffer.from(sealed).includes(text)).toBe(false);
  });
  it('says its format in the first four bytes', () =>
    expect(Buffer.from(sealVersion({ ...context, fields }).sealed.subarray(0, 4)).toString('hex')).toBe('4b540101'));
  it('does not open when any byte is changed', () => {
    const { sealed, dek } = sealVersion({ ...context, fields });
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed);
      changed[at]! ^= 1;
      expect(() => openVersion({ ...context, sealed: changed, dek })).toThrow(EnvelopeUnreadable);
    }
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Uint8Array.from(sealed);
        changed[at]! ^= mask;
        expect(() => openVersion({ ...context, sealed: changed, dek })).toThrow(EnvelopeUnreadable);
      }),
    );
  });
  it('does not open when it is cut or lengthened', () => {
    const { sealed, dek } = sealVersion({ ...context, fields });
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => openVersion({ ...context, sealed: sealed.subarray(0, length), dek })).toThrow(EnvelopeUnreadable);
    }
    expect(() => openVersion({ ...context, sealed: Buffer.concat([sealed, Buffer.alloc(1)]), dek })).toThrow(EnvelopeUnreadable);
  });
  it.each([{ credentialId: '0197d2a0-0000-7000-8000-000000000002' }, { version: 1 }, { scope: 'user-a' }])(
    'does not open as %o',
    (other) => {
      const { sealed, dek } = sealVersion({ ...context, fields });
      expect(() => openVersion({ ...context, ...other, sealed, dek })).toThrow('belongs to another version');
    },
  );
  it('does not open under another DEK', () => {
    const { sealed } = sealVersion({ ...context, fields, dek: dekOf(1) });
    expect(() => openVersion({ ...context, sealed, dek: dekOf(2) })).toThrow('another key');
  });
  it('takes no DEK of another size', () =>
    expect(() => sealVersion({ ...context, fields, dek: new Sensitive<Uint8Array>(new Uint8Array(16)) })).toThrow('32 bytes'));
  it('refuses a second key, which AES-GCM alone would take', () => {
    const deks = [dekOf(1), dekOf(2)] as const;
    const salt = new Uint8Array(32).fill(9);
    const nonce = new Uint8Array(12).fill(9);
    const keys = deks.map((dek) => derived(dek, salt, 'encryption'));
    const aad = Buffer.from(canonicalJson({ algorithm: 'A256GCM+HKDF-SHA256', ...context }));
    const { ciphertext, tag } = twoKeyCiphertext(keys[0]!, keys[1]!, nonce, aad);
    for (const key of keys) {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(aad).setAuthTag(tag);
      expect(() => Buffer.concat([decipher.update(ciphertext), decipher.final()])).not.toThrow();
    }
    const header = Uint8Array.of(0x4b, 0x54, 1, 1);
    const sealed = Buffer.concat([header, salt, derived(deks[0], salt, 'commitment'), nonce, ciphertext, tag]);
    expect(() => openVersion({ ...context, sealed, dek: deks[0] })).toThrow('its content is not a version');
    expect(() => openVersion({ ...context, sealed, dek: deks[1] })).toThrow('another key');
  });
});

const derived = (dek: Sensitive<Uint8Array>, salt: Uint8Array, label: string): Buffer =>
  Buffer.from(hkdfSync('sha256', dek.reveal(), salt, `keyturn envelope v1 ${label}`, 32));

const BLOCK = 16;
const toNumber = (block: Uint8Array): bigint => BigInt(`0x${Buffer.from(block).toString('hex')}`);
const toBlock = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(2 * BLOCK, '0'), 'hex');
const encryptBlock = (key: Uint8Array, block: Uint8Array): bigint => {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return toNumber(Buffer.concat([cipher.update(block), cipher.final()]));
};

/**
 * One block of ciphertext and one tag that AES-GCM takes under both keys. The tag is GHASH(H) + E(J0), and GHASH is linear in the block C,
 * which it multiplies by H²: so the C for which both tags are equal is found by one division in GF(2^128).
 */
const twoKeyCiphertext = (key1: Uint8Array, key2: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => {
  const padded = Buffer.concat([aad, Buffer.alloc((BLOCK - (aad.length % BLOCK)) % BLOCK)]);
  const aadBlocks = Array.from({ length: padded.length / BLOCK }, (_, at) => toNumber(padded.subarray(at * BLOCK, (at + 1) * BLOCK)));
  const lengths = (BigInt(aad.length * 8) << 64n) | BigInt(BLOCK * 8);
  const tagOf = (key: Uint8Array, c: bigint): bigint => {
    const h = encryptBlock(key, new Uint8Array(BLOCK));
    const ghash = [...aadBlocks, c, lengths].reduce((sum, block) => multiply(sum ^ block, h), 0n);
    return ghash ^ encryptBlock(key, Buffer.concat([nonce, Uint8Array.of(0, 0, 0, 1)]));
  };
  const squared = (key: Uint8Array): bigint => {
    const h = encryptBlock(key, new Uint8Array(BLOCK));
    return multiply(h, h);
  };
  const c = multiply(tagOf(key1, 0n) ^ tagOf(key2, 0n), invert(squared(key1) ^ squared(key2)));
  return { ciphertext: toBlock(c), tag: toBlock(tagOf(key1, c)) };
};

/** Multiplication in GF(2^128) with GCM's order of bits. */
const multiply = (x: bigint, y: bigint): bigint => {
  let product = 0n;
  let factor = y;
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((x >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ (0xe1n << 120n) : factor >> 1n;
  }
  return product;
};

/** x^(2^128 - 2). */
const invert = (x: bigint): bigint => {
  let result = 1n << 127n;
  let square = x;
  for (let bit = 1; bit < 128; bit += 1) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
};
