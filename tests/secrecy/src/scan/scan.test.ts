import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Finding, lookFor, scan, type Secret } from './scan.ts';

const PASSWORD = String.raw`p"w\0/ä %+&<k'>?~Zß-_=`;
const KEY = Buffer.from('00fbff10e7a57de1b3c9d2fbefbe3a5f778811aa22bb33cc', 'hex');
const SECRETS: Secret[] = [
  { label: 'the password', plaintext: PASSWORD },
  { label: 'the key', plaintext: KEY },
];

const inPieces = (bytes: Uint8Array, size: number) => ({
  read: async function* (from: number) {
    for (let at = from; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
  },
});
const scanBytes = (bytes: Uint8Array, size = 64): Promise<Finding[]> => scan(inPieces(bytes, size), lookFor(SECRETS));
const scanText = (text: string): Promise<Finding[]> => scanBytes(Buffer.from(text));

const base64At = (alignment: number, plain: Uint8Array, encoding: 'base64' | 'base64url'): string =>
  Buffer.concat([Buffer.from('xyz'.slice(0, alignment)), plain, Buffer.from('and more')]).toString(encoding);
const utf8 = Buffer.from(PASSWORD);

describe('a text is found', () => {
  it.each([
    ['raw', PASSWORD],
    ['hex', utf8.toString('hex')],
    ['upper-case hex', utf8.toString('hex').toUpperCase()],
    ...[0, 1, 2].map((at): [string, string] => [`base64 at ${at}`, base64At(at, utf8, 'base64')]),
    ...[0, 1, 2].map((at): [string, string] => [`base64url at ${at}`, base64At(at, utf8, 'base64url')]),
    ['URL', `https://host/?p=${encodeURIComponent(PASSWORD)}`],
    ['lower-case URL', encodeURIComponent(PASSWORD).replaceAll(/%../gu, (escape) => escape.toLowerCase())],
    ['form', new URLSearchParams({ password: PASSWORD }).toString()],
    ['JSON', JSON.stringify({ password: PASSWORD })],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ password: PASSWORD }))],
    ['JSON with escaped slashes', JSON.stringify(PASSWORD).replaceAll('/', String.raw`\/`)],
    [
      'ASCII-only JSON',
      JSON.stringify(PASSWORD)
        .replace('ä', String.raw`\u00e4`)
        .replace('ß', String.raw`\u00df`),
    ],
    [
      'HTML-safe JSON',
      JSON.stringify(PASSWORD)
        .replace('&', String.raw`\u0026`)
        .replace('<', String.raw`\u003c`)
        .replace('>', String.raw`\u003e`),
    ],
    ['SQL literal', `SELECT '${PASSWORD.replaceAll("'", "''")}'`],
    ['SQL escape literal', `SELECT E'${PASSWORD.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`],
    ['SQL row', `(1,"${PASSWORD.replaceAll('\\', '\\\\').replaceAll('"', '""')}")`],
  ])('as %s', async (encoding, text) => {
    expect(await scanText(`before ${text} after`)).toContainEqual(expect.objectContaining({ label: 'the password', encoding }));
  });

  it('as UTF-16LE, at an odd offset too', async () => {
    const bytes = Buffer.concat([Buffer.from('odd'), Buffer.from(PASSWORD, 'utf16le'), Buffer.from('x')]);
    expect(await scanBytes(bytes)).toEqual([{ label: 'the password', encoding: 'UTF-16LE', offset: 3 }]);
  });
});

describe('a key is found', () => {
  it.each([
    ['raw', KEY],
    ['hex', Buffer.from(KEY.toString('hex'))],
    ['upper-case hex', Buffer.from(KEY.toString('hex').toUpperCase())],
    ...[0, 1, 2].map((at): [string, Buffer] => [`base64 at ${at}`, Buffer.from(base64At(at, KEY, 'base64'))]),
    ...[0, 1, 2].map((at): [string, Buffer] => [`base64url at ${at}`, Buffer.from(base64At(at, KEY, 'base64url'))]),
  ])('as %s', async (encoding, bytes) => {
    const found = await scanBytes(Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]));
    expect(found).toContainEqual(expect.objectContaining({ label: 'the key', encoding }));
  });
});

describe('something compressed is opened', () => {
  const noise = Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 7919) % 251));
  const content = Buffer.concat([noise, utf8, noise]);
  it.each([
    ['gzip', gzipSync(content)],
    ['zlib', deflateSync(content)],
    ['zstd', zstdCompressSync(content)],
  ] as const)('%s, with other bytes before and after, read in small pieces', async (format, packed) => {
    const before = Buffer.alloc(1_000, 'b');
    const found = await scanBytes(Buffer.concat([before, packed, Buffer.alloc(2_000, 'a')]), 100);
    const opened = found.filter(({ inside }) => inside !== undefined); // where it can't be made smaller, zstd keeps it as it is
    expect(opened).toEqual([{ label: 'the password', encoding: 'raw', offset: 3_000, inside: { format, offset: 1_000 } }]);
  });

  it('gzip, although its end is missing', async () => {
    const packed = gzipSync(Buffer.concat([utf8, Buffer.from(Array.from({ length: 9_000 }, (_, index) => (index * index) % 253))]));
    const found = await scanBytes(packed.subarray(0, packed.length - 40));
    expect(found).toEqual([{ label: 'the password', encoding: 'raw', offset: 0, inside: { format: 'gzip', offset: 0 } }]);
  });

  it('gzip, up to where it is damaged', async () => {
    const packed = gzipSync(Buffer.concat([utf8, noise, utf8]));
    packed.fill(0xff, packed.length - 60);
    const found = await scanBytes(packed);
    expect(found).toEqual([{ label: 'the password', encoding: 'raw', offset: 0, inside: { format: 'gzip', offset: 0 } }]);
  });

  it('one after another', async () => {
    const found = await scanBytes(Buffer.concat([gzipSync(noise), gzipSync(utf8), deflateSync(utf8)]));
    expect(found.filter(({ offset }) => offset === 0).map(({ inside }) => inside?.format)).toEqual(['gzip', 'zlib']);
  });
});

describe('a scan', () => {
  it('finds what lies across two pieces, once, wherever it is cut', async () => {
    const bytes = Buffer.concat([Buffer.alloc(700, '.'), utf8, Buffer.alloc(700, '.')]);
    for (const size of [1, 7, 13, 699, 701, 710, 5_000]) {
      expect(await scanBytes(bytes, size)).toEqual([{ label: 'the password', encoding: 'raw', offset: 700 }]);
    }
  });

  it('finds every place', async () => {
    const found = await scanText(`${PASSWORD}${PASSWORD} ${PASSWORD}`);
    expect(found.map(({ offset }) => offset)).toEqual([0, utf8.length, 2 * utf8.length + 1]);
  });

  it('finds nothing where nothing is', async () => {
    expect(await scanBytes(Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 31 + (index >> 8)) % 256)))).toEqual([]);
    expect(await scanText(PASSWORD.slice(0, -1))).toEqual([]);
    expect(await scanText('')).toEqual([]);
  });

  it('never repeats the secret', async () => {
    const said = JSON.stringify(await scanText(`${PASSWORD} ${utf8.toString('base64')} ${KEY.toString('hex')}`));
    expect(await scanText(said)).toEqual([]);
  });

  it('refuses a secret that chance would find', () => {
    expect(() => lookFor([{ label: 'short', plaintext: 'admin' }])).toThrow(/can't be told from chance/u);
  });
});
