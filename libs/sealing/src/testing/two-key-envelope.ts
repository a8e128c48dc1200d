import { createCipheriv, hkdfSync } from 'node:crypto';
import type { Sensitive } from '@keyturn/kernel';
import { canonicalBytes } from '../canonical-json.ts';
import type { EnvelopeContext } from '../envelope.ts';

type Dek = Sensitive<Uint8Array>;

/**
 * An attacker's envelope: AES-GCM takes its one block of ciphertext and its tag under the keys of both DEKs. It commits to the first, as it
 * can to only one.
 */
export const twoKeyEnvelope = (context: EnvelopeContext, deks: readonly [Dek, Dek]) => {
  const [salt, nonce] = [new Uint8Array(32).fill(9), new Uint8Array(12).fill(9)];
  const { credentialId, version, scope } = context;
  const aad = Buffer.from(canonicalBytes({ algorithm: 'A256GCM+HKDF-SHA256', credentialId, version, scope }));
  const [first, second] = [derived(deks[0], salt, 'encryption'), derived(deks[1], salt, 'encryption')];
  const { ciphertext, tag } = twoKeyCiphertext(first, second, nonce, aad);
  const header = Uint8Array.of(0x4b, 0x54, 1, 1);
  const sealed = Buffer.concat([header, salt, derived(deks[0], salt, 'commitment'), nonce, ciphertext, tag]);
  return { sealed, opensUnder: [first, second].map((encryption) => ({ encryption, nonce, aad })) };
};

const derived = (dek: Dek, salt: Uint8Array, label: string): Buffer =>
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
