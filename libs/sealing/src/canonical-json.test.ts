import { createSecretKey } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { canonicalJson } from './canonical-json.ts';
import { fingerprint } from './fingerprint.ts';
import { aboutOf } from './sealing-aad.ts';

describe('canonical JSON', () => {
  it('is the same text whatever the order', () => expect(canonicalJson({ b: [1.0, 'ä'], a: null })).toBe('{"a":null,"b":[1,"ä"]}'));
  it('stays the value that it was', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    ));
  it.each([[{ a: new Sensitive(1) }], [[new Sensitive(1)]], [undefined], [Number.NaN], [{ a: '\ud800' }]])('has no form for %o', (value) =>
    expect(() => canonicalJson(value)).toThrow(/cannot be made canonical|not allowed/),
  );
});

describe('base64url', () => {
  it('goes there and back', () =>
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(new Uint8Array(bytes));
      }),
    ));
  it('has one text for the same bytes', () => {
    expect(fromBase64Url('AA')).toEqual(Uint8Array.of(0));
    for (const other of ['AB', 'A', 'AA==', 'A A', 'A+/A']) expect(fromBase64Url(other)).toBeNull();
  });
});

describe('the fingerprint of a command', () => {
  const keyOf = (byte: number) => new Sensitive(createSecretKey(new Uint8Array(32).fill(byte)));
  const key = keyOf(0);
  const command = { type: 'credential.register', data: { a: 1, b: 2 }, secret: new Sensitive({ password: 'hunter2' }) };
  it('is the same for the same command', () =>
    expect(fingerprint(key, { ...command, data: { b: 2, a: 1 } })).toBe(fingerprint(key, command)));
  it.each([{ type: 'x.y' }, { data: { a: 1 } }, { secret: new Sensitive({ password: 'hunter3' }) }, { secret: undefined }])(
    'tells %o from it',
    (other) => expect(fingerprint(key, { ...command, ...other })).not.toBe(fingerprint(key, command)),
  );
  it('is keyed, and hex', () => {
    expect(fingerprint(keyOf(1), command)).not.toBe(fingerprint(key, command));
    expect(fingerprint(key, command)).toMatch(/^[0-9a-f]{64}$/);
  });
});

it.each([
  [{ credentialId: 'c', address: 'a' }, 'c'],
  [{ address: 'a' }, 'a'],
  [{ credentialId: 1 }, ''],
  [null, ''],
  ['c', ''],
])('takes %o to be about "%s"', (data, about) => expect(aboutOf(data)).toBe(about));
