import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { Refusal, SealedBox, SealingContext } from '@keyturn/contracts';
import { ok, refuse, Sensitive, type Clock, type Result } from '@keyturn/kernel';
import { expiryFrom, judgeExpiry } from './expiry.ts';
import { EXPORTED_KEY_BYTES, NONCE_BYTES } from './hpke-suite.ts';
import { bytesOfBase64Url } from './node-base64url.ts';
import { publicRandom } from './public-random.ts';
import { sealingAad, type MessageContext } from './sealing-aad.ts';

export type LinkBox = Extract<SealedBox, { kind: 'link' }>;
type Direction = SealingContext['direction'];

/** The two keys of one link, one a direction, so that no box can be played back to the side that made it. */
export type LinkKeys = {
  readonly linkId: string;
  readonly sealingKeyId: string;
  readonly key: Readonly<Record<Direction, Sensitive<KeyObject>>>;
};

// Keys are handed to Node as KeyObjects throughout this package: raw bytes cost it five times the cipher itself (Node 24).
const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;

type Exporting = { export(label: Uint8Array<ArrayBuffer>, bytes: number): Promise<ArrayBuffer> };

/** The key that either end of an HPKE context exports under a label. */
export const exportedKey = async (context: Exporting, label: Uint8Array<ArrayBuffer>): Promise<Sensitive<KeyObject>> =>
  new Sensitive(createSecretKey(new Uint8Array(await context.export(label, EXPORTED_KEY_BYTES))));

/**
 * AES-256-GCM with a random nonce. Random 96-bit nonces are safe for 2^32 boxes under one key (NIST SP 800-38D); a link lives at most as
 * long as its sealing key, a day.
 */
export const sealWithLink = (
  link: LinkKeys,
  direction: Direction,
  context: MessageContext,
  plaintext: Sensitive<Uint8Array>,
  clock: Clock,
): LinkBox => {
  const expiresAt = expiryFrom(clock);
  const nonce = publicRandom(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, link.key[direction].reveal(), nonce);
  cipher.setAAD(sealingAad({ ...context, direction, expiresAt }, link.linkId));
  const ciphertext = Buffer.concat([cipher.update(plaintext.reveal()), cipher.final(), cipher.getAuthTag()]);
  return {
    kind: 'link',
    linkId: link.linkId,
    sealingKeyId: link.sealingKeyId,
    nonce: nonce.toString('base64url'),
    ciphertext: ciphertext.toString('base64url'),
    expiresAt,
  };
};

/** Opens a box of this link, or refuses it: `seal-expired` past its time, `seal-invalid` for everything else, without saying what. */
export const openWithLink = (
  link: LinkKeys,
  direction: Direction,
  context: MessageContext,
  box: LinkBox,
  clock: Clock,
): Result<Sensitive<Uint8Array>, Refusal> => {
  const inTime = judgeExpiry(box.expiresAt, clock);
  if (inTime !== 'in-time') return refuse({ code: inTime === 'expired' ? 'seal-expired' : 'seal-invalid' });
  const nonce = bytesOfBase64Url(box.nonce);
  const bytes = bytesOfBase64Url(box.ciphertext);
  if (box.linkId !== link.linkId || nonce?.length !== NONCE_BYTES || !bytes || bytes.length < TAG_BYTES) {
    return refuse({ code: 'seal-invalid' });
  }
  const decipher = createDecipheriv(ALGORITHM, link.key[direction].reveal(), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(sealingAad({ ...context, direction, expiresAt: box.expiresAt }, link.linkId));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const plaintext = decipher.update(bytes.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    return ok(new Sensitive<Uint8Array>(plaintext));
  } catch {
    plaintext.fill(0);
    return refuse({ code: 'seal-invalid' });
  }
};
