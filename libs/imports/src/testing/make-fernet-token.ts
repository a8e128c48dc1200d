import { createCipheriv, createHmac } from 'node:crypto';
import type { FernetKey } from '../fernet/fernet-key.ts';
import { toPaddedBase64Url } from '../fernet/padded-base64url.ts';

/** Makes a Fernet token with a given vector, for tests: Keyturn itself only ever reads them. */
export const makeFernetToken = (key: FernetKey, { iv, now, text }: { iv: Uint8Array; now: Date; text: string | Uint8Array }): string => {
  const cipher = createCipheriv('aes-128-cbc', key.encryption.reveal(), iv);
  const head = Buffer.alloc(9);
  head[0] = 0x80;
  head.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / 1000)), 1);
  const authenticated = Buffer.concat([head, iv, cipher.update(Buffer.from(text)), cipher.final()]);
  return toPaddedBase64Url(Buffer.concat([authenticated, createHmac('sha256', key.signing.reveal()).update(authenticated).digest()]));
};
