import { createCipheriv, hkdfSync } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from './canonical-json.ts';
import { type EnvelopeContext, EnvelopeUnreadable, openVersion, sealVersion } from './envelope.ts';

const Context = fc.record({ credentialId: fc.uuid(), version: fc.integer({ min: 1 }), scope: fc.stringMatching(/^[a-z0-9-]{1,63}$/) });
const Fields = fc.dictionary(fc.stringMatching(/^[a-z]{1,20}$/), fc.string({ unit: 'grapheme' })).map((fields) => new Sensitive(fields));
const refuses = (open: () => unknown): void => expect(open).toThrow(EnvelopeUnreadable);
const isSame = (a: EnvelopeContext, b: EnvelopeContext): boolean =>
  a.credentialId === b.credentialId && a.version === b.version && a.scope === b.scope;

describe('whatever the fields and wherever they belong, an envelope', () => {
  it('opens there', () =>
    fc.assert(
      fc.property(Context, Fields, (context, fields) => {
        expect(openVersion({ ...context, ...sealVersion({ ...context, fields }) }).fields.reveal()).toEqual({ ...fields.reveal() });
      }),
    ));
  it('opens nowhere else, with any part of its context exchanged', () =>
    fc.assert(
      fc.property(
        Context,
        Context,
        fc.subarray(['credentialId', 'version', 'scope'] as const, { minLength: 1 }),
        (context, other, parts) => {
          const elsewhere = { ...context, ...Object.fromEntries(parts.map((part) => [part, other[part]])) };
          fc.pre(!isSame(context, elsewhere));
          const made = sealVersion({ ...context, fields: new Sensitive({ a: 'b' }) });
          refuses(() => openVersion({ ...elsewhere, ...made }));
        },
      ),
    ));
  it('does not take the ciphertext of another row, nor its data key, nor both', () =>
    fc.assert(
      fc.property(Context, Context, Fields, (here, there, fields) => {
        fc.pre(!isSame(here, there));
        const [a, b] = [sealVersion({ ...here, fields }), sealVersion({ ...there, fields })];
        refuses(() => openVersion({ ...here, sealed: b.sealed, dek: a.dek }));
        refuses(() => openVersion({ ...here, sealed: a.sealed, dek: b.dek }));
        refuses(() => openVersion({ ...here, ...b }));
      }),
    ));
  it('does not open with any part of it exchanged for the same part of another of the same version', () =>
    fc.assert(
      fc.property(Context, Fields, fc.nat(), fc.nat(), (context, fields, from, length) => {
        const [a, b] = [sealVersion({ ...context, fields }), sealVersion({ ...context, fields })];
        const start = 4 + (from % (a.sealed.length - 4));
        const mixed = Buffer.from(a.sealed);
        mixed.set(b.sealed.subarray(start, start + 1 + (length % (a.sealed.length - start))), start);
        fc.pre(!mixed.equals(a.sealed) && !mixed.equals(b.sealed));
        refuses(() => openVersion({ ...context, sealed: mixed, dek: a.dek }));
      }),
    ));
});

describe('an envelope', () => {
  const context = { credentialId: '0197d2a0-0000-7000-8000-000000000001', version: 2, scope: 'system' };
  const derived = (dek: Uint8Array, salt: Uint8Array, label: string): Buffer =>
    Buffer.from(hkdfSync('sha256', dek, salt, `keyturn envelope v1 ${label}`, 32));

  it('is bound to its algorithm: one made with the right keys for another does not open', () => {
    const [dek, salt, nonce] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(12, 3)];
    const made = (algorithm: string): Buffer => {
      const cipher = createCipheriv('aes-256-gcm', derived(dek, salt, 'encryption'), nonce);
      cipher.setAAD(canonicalBytes({ algorithm, ...context }));
      const body = [cipher.update(canonicalBytes({ ackKey: 'k', fields: { a: 'b' } })), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat([Uint8Array.of(0x4b, 0x54, 1, 1), salt, derived(dek, salt, 'commitment'), nonce, ...body]);
    };
    const open = (algorithm: string) => openVersion({ ...context, sealed: made(algorithm), dek: new Sensitive<Uint8Array>(dek) });
    expect(open('A256GCM+HKDF-SHA256').fields.reveal()).toEqual({ a: 'b' });
    refuses(() => open('A256GCM'));
    refuses(() => open('A256GCM+HKDF-SHA512'));
  });

  it('never has a data key, or a key and nonce, that another one has', () => {
    const times = 3_000;
    const [deks, keysAndNonces, salts] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (let time = 0; time < times; time += 1) {
      const { sealed, dek } = sealVersion({ ...context, fields: new Sensitive({ a: 'b' }) });
      const salt = sealed.subarray(4, 36);
      deks.add(Buffer.from(dek.reveal()).toString('hex'));
      salts.add(Buffer.from(salt).toString('hex'));
      keysAndNonces.add(
        `${derived(dek.reveal(), salt, 'encryption').toString('hex')} ${Buffer.from(sealed.subarray(68, 80)).toString('hex')}`,
      );
    }
    expect([deks.size, salts.size, keysAndNonces.size]).toEqual([times, times, times]);
  });

  it('has other keys and another nonce each time one data key is used', () => {
    const dek = new Sensitive<Uint8Array>(Buffer.alloc(32, 9));
    const made = Array.from({ length: 500 }, () => sealVersion({ ...context, dek, fields: new Sensitive({ a: 'b' }) }).sealed);
    expect(new Set(made.map((sealed) => Buffer.from(sealed.subarray(36, 80)).toString('hex'))).size).toBe(500);
  });
});
