import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalText, eventText, GENESIS, type Hashed, hashEvent, hashSealed } from './hash-event.ts';

const event: Hashed = {
  position: 1,
  stream: 'credential-1',
  version: 1,
  type: 'credential.registered',
  data: { z: 1, a: 'é', nested: { b: [1.0, 1e21], a: null } },
  meta: { commandId: 'c1', actor: { kind: 'person', id: 'p' }, incarnation: 1 },
  recordedAt: '2026-01-02T03:04:05.678901Z',
  sealedHash: null,
};

const TEXT =
  '{"data":{"a":"é","nested":{"a":null,"b":[1,1e+21]},"z":1},' +
  '"meta":{"actor":{"id":"p","kind":"person"},"commandId":"c1","incarnation":1},"position":1,' +
  '"recordedAt":"2026-01-02T03:04:05.678901Z","sealedHash":null,"stream":"credential-1","type":"credential.registered","version":1}';

describe('the hash of an event', () => {
  it('is SHA-256 over the 32 bytes of the previous hash and the RFC 8785 text', () => {
    const bytes = Buffer.concat([Buffer.alloc(32), Buffer.from(TEXT, 'utf8')]);
    expect(hashEvent(GENESIS, event)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
  it('is the same from the canonical texts of the parts', () => {
    const texts = { data: canonicalText(event.data), meta: canonicalText(event.meta) };
    expect(eventText(event, texts)).toBe(TEXT);
    const sealed = { ...event, sealedHash: hashSealed(new Uint8Array([1])), stream: 'a "quoted" stream' };
    expect(eventText(sealed, texts)).toBe(canonicalText(sealed));
  });
  it('covers nothing but the eight fields', () => {
    const recorded = { ...event, prevHash: 'x', hash: 'y' };
    expect(hashEvent(GENESIS, recorded)).toBe(hashEvent(GENESIS, event));
  });
  it.each([
    ['position', { position: 2 }],
    ['stream', { stream: 'credential-2' }],
    ['version', { version: 2 }],
    ['type', { type: 'credential.rotated' }],
    ['data', { data: {} }],
    ['meta', { meta: { ...event.meta, incarnation: 2 } }],
    ['recordedAt', { recordedAt: '2026-01-02T03:04:05.678902Z' }],
    ['sealedHash', { sealedHash: hashSealed(new Uint8Array([1])) }],
  ])('changes with %s', (_field, change) => {
    expect(hashEvent(GENESIS, { ...event, ...change })).not.toBe(hashEvent(GENESIS, event));
  });
  it('changes with the previous hash', () => expect(hashEvent('1'.repeat(64), event)).not.toBe(hashEvent(GENESIS, event)));
});

describe('the canonical text', () => {
  it('does not depend on the order of keys', () => expect(canonicalText({ b: 1, a: 2 })).toBe(canonicalText({ a: 2, b: 1 })));
  it('refuses what JSON cannot carry', () => {
    expect(() => canonicalText({ n: Number.NaN })).toThrow('NaN');
    expect(() => canonicalText(undefined)).toThrow('no JSON form');
  });
});
