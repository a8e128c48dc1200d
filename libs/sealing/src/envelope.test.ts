import { createDecipheriv } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeUnreadable, openVersion, sealVersion } from './envelope.ts';
import { twoKeyEnvelope } from './testing/index.ts';

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
    const { sealed, opensUnder } = twoKeyEnvelope(context, [dekOf(1), dekOf(2)]);
    for (const key of opensUnder) {
      const decipher = createDecipheriv('aes-256-gcm', key.encryption, key.nonce).setAAD(key.aad).setAuthTag(sealed.subarray(-16));
      expect(() => Buffer.concat([decipher.update(sealed.subarray(80, -16)), decipher.final()])).not.toThrow();
    }
    expect(() => openVersion({ ...context, sealed, dek: dekOf(1) })).toThrow('its content is not a version');
    expect(() => openVersion({ ...context, sealed, dek: dekOf(2) })).toThrow('another key');
  });
});
