import type { Refusal, SealedBox, SealingKey } from '@keyturn/contracts';
import { ok, refuse, Sensitive, type Clock, type Result } from '@keyturn/kernel';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { expiryFrom, judgeExpiry } from './expiry.ts';
import { EXPORTED_KEY_BYTES, hpkeInfo, hpkeSuite, linkIdOf, REPLY_KEY } from './hpke-suite.ts';
import { sealingAad, type MessageContext } from './sealing-aad.ts';

/** A box for the vault, and what opens the vault's answer to it. */
export type SealedOnce = {
  readonly box: SealedBox;
  openReply(reply: SealedBox): Promise<Result<Sensitive<Uint8Array>, Refusal>>;
};

/**
 * Seals one message with HPKE's own AEAD, for parties that send few (browser, CLI); needs nothing but WebCrypto. The answer comes sealed
 * under a key exported from the same encapsulation (RFC 9180 §9.8), so no second key pair is needed to be answered a secret.
 */
export const sealOnce = async (
  key: Pick<SealingKey, 'id' | 'publicKey'>,
  context: MessageContext,
  plaintext: Sensitive<Uint8Array>,
  clock: Clock,
): Promise<SealedOnce> => {
  const recipient = fromBase64Url(key.publicKey);
  if (!recipient) throw new Error(`the public sealing key ${key.id} is not base64url`);
  const expiresAt = expiryFrom(clock);
  const sender = await hpkeSuite.createSenderContext({
    recipientPublicKey: await hpkeSuite.kem.deserializePublicKey(recipient),
    info: hpkeInfo('one-shot', key.id),
  });
  const aad = sealingAad({ ...context, direction: 'request', expiresAt });
  const ciphertext = new Uint8Array(await sender.seal(plaintext.reveal(), aad));
  const enc = new Uint8Array(sender.enc);
  const replyKey = await sender.export(REPLY_KEY, EXPORTED_KEY_BYTES);
  return {
    box: { kind: 'hpke', sealingKeyId: key.id, enc: toBase64Url(enc), ciphertext: toBase64Url(ciphertext), expiresAt },
    openReply: async (reply) => openReply(reply, await linkIdOf(enc), replyKey, context, clock),
  };
};

const openReply = async (
  reply: SealedBox,
  linkId: string,
  replyKey: ArrayBuffer,
  context: MessageContext,
  clock: Clock,
): Promise<Result<Sensitive<Uint8Array>, Refusal>> => {
  if (reply.kind !== 'link' || reply.linkId !== linkId) return refuse({ code: 'seal-invalid' });
  if (judgeExpiry(reply.expiresAt, clock) === 'expired') return refuse({ code: 'seal-expired' });
  const iv = fromBase64Url(reply.nonce);
  const ciphertext = fromBase64Url(reply.ciphertext);
  if (!iv || !ciphertext) return refuse({ code: 'seal-invalid' });
  const additionalData = sealingAad({ ...context, direction: 'reply', expiresAt: reply.expiresAt }, linkId);
  try {
    const key = await crypto.subtle.importKey('raw', replyKey, 'AES-GCM', false, ['decrypt']);
    return ok(new Sensitive(new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, ciphertext))));
  } catch {
    return refuse({ code: 'seal-invalid' });
  }
};
