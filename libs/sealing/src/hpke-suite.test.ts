import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { describe, expect, it } from 'vitest';
import { hpkeInfo, hpkeSuite } from './hpke-suite.ts';

const bytes = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (buffer: ArrayBuffer): string => Buffer.from(buffer).toString('hex');

/** RFC 9180, appendix A.1.1: the same KEM and KDF as ours in base mode; the RFC prints AES-128-GCM. */
const A11 = {
  info: '4f6465206f6e2061204772656369616e2055726e',
  ikmE: '7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234',
  pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
  skRm: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
  enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
  pt: '4265617574792069732074727574682c20747275746820626561757479',
  aad: '436f756e742d30',
  ct: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
  exports: [
    ['', '3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee'],
    ['00', '2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5'],
    ['54657374436f6e74657874', 'e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931'],
  ],
} as const;
const printed = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });

describe('HPKE', () => {
  it('seals as RFC 9180 prints it', async () => {
    const sender = await printed.createSenderContext({
      recipientPublicKey: await printed.kem.deserializePublicKey(bytes(A11.pkRm)),
      info: bytes(A11.info),
      ekm: bytes(A11.ikmE),
    });
    expect(hex(sender.enc)).toBe(A11.enc);
    expect(hex(await sender.seal(bytes(A11.pt), bytes(A11.aad)))).toBe(A11.ct);
  });
  it('opens and exports as RFC 9180 prints it', async () => {
    const recipientKey = await printed.kem.deserializePrivateKey(bytes(A11.skRm));
    const recipient = await printed.createRecipientContext({ recipientKey, enc: bytes(A11.enc), info: bytes(A11.info) });
    expect(hex(await recipient.open(bytes(A11.ct), bytes(A11.aad)))).toBe(A11.pt);
    for (const [context, value] of A11.exports) expect(hex(await recipient.export(bytes(context), 32))).toBe(value);
  });
  it('runs in the one suite that is on our wire', () =>
    expect([hpkeSuite.kem.id, hpkeSuite.kdf.id, hpkeSuite.aead.id]).toEqual([0x0020, 0x0001, 0x0002]));
  it('is told apart by purpose and sealing key', () => expect(hpkeInfo('link', 'a')).not.toEqual(hpkeInfo('one-shot', 'a')));
});
