import { createHash, createHmac } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { scramVerifier } from './scram-verifier.ts';

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const xor = (a: Buffer, b: Buffer) => Buffer.from(a.map((byte, index) => byte ^ b[index]!));

describe('scramVerifier', () => {
  it('agrees with the exchange printed in RFC 7677', async () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    const verifier = (await scramVerifier(new Sensitive('pencil'), { salt, iterations: 4096 })).reveal();
    const [, head, keys] = verifier.split('$');
    const [storedKey, serverKey] = keys!.split(':').map((part) => Buffer.from(part, 'base64'));
    const exchange = [
      'n=user,r=rOprNGfwEbeRWgbNEkqO',
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    ].join(',');

    expect(head).toBe('4096:W22ZaJ0SNY7soEsUEjb6gQ==');
    expect(hmac(serverKey!, exchange).toString('base64')).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
    const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
    const clientKey = xor(proof, hmac(storedKey!, exchange));
    expect(createHash('sha256').update(clientKey).digest('base64')).toBe(storedKey!.toString('base64'));
  });

  it('salts every verifier anew', async () => {
    const [a, b] = await Promise.all([scramVerifier(new Sensitive('pencil')), scramVerifier(new Sensitive('pencil'))]);
    expect(a.reveal()).not.toBe(b.reveal());
  });

  it('treats a composed and a decomposed letter alike', async () => {
    const salt = Buffer.alloc(16, 7);
    const composed = await scramVerifier(new Sensitive('caf\u00E9'), { salt });
    const decomposed = await scramVerifier(new Sensitive('cafe\u0301'), { salt });
    expect(composed.reveal()).toBe(decomposed.reveal());
  });
});
