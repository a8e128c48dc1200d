import type { Refusal, SealedBox, SealingKey } from '@keyturn/contracts';
import { refuse, type Clock, type Result, type Sensitive } from '@keyturn/kernel';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { hpkeInfo, hpkeSuite, linkIdOf, REPLY_KEY, REQUEST_KEY } from './hpke-suite.ts';
import { exportedKey, openWithLink, sealWithLink, type LinkKeys } from './link-keys.ts';
import type { MessageContext } from './sealing-aad.ts';

/** The client's end of a link. */
export type Link = LinkKeys & {
  /** The encapsulation: it goes along until the vault has confirmed the link. */
  readonly enc: string;
  readonly notAfter: Date;
};

/**
 * Makes a link to the vault: one HPKE encapsulation to its sealing key (about a millisecond), from which a key for each direction is
 * exported. Any replica that holds the private half can adopt the link from `enc`.
 */
export const createLink = async (sealingKey: Pick<SealingKey, 'id' | 'publicKey' | 'notAfter'>): Promise<Link> => {
  const recipient = fromBase64Url(sealingKey.publicKey);
  if (!recipient) throw new Error(`the public sealing key ${sealingKey.id} is not base64url`);
  const sender = await hpkeSuite.createSenderContext({
    recipientPublicKey: await hpkeSuite.kem.deserializePublicKey(recipient),
    info: hpkeInfo('link', sealingKey.id),
  });
  const enc = new Uint8Array(sender.enc);
  return {
    linkId: await linkIdOf(enc),
    sealingKeyId: sealingKey.id,
    enc: toBase64Url(enc),
    notAfter: new Date(sealingKey.notAfter),
    key: {
      request: await exportedKey(sender, REQUEST_KEY),
      reply: await exportedKey(sender, REPLY_KEY),
    },
  };
};

/** Seals a request's secret part; `withEnc` until the vault has confirmed the link, and again after `link-unknown`. */
export const sealOverLink = (
  link: Link,
  context: MessageContext,
  plaintext: Sensitive<Uint8Array>,
  { clock, withEnc }: { clock: Clock; withEnc: boolean },
): SealedBox => {
  const box = sealWithLink(link, 'request', context, plaintext, clock);
  return withEnc ? { ...box, enc: link.enc } : box;
};

/** Opens the sealed part of the answer to a request that went over this link. */
export const openOverLink = (link: Link, context: MessageContext, reply: SealedBox, clock: Clock): Result<Sensitive<Uint8Array>, Refusal> =>
  reply.kind === 'link' ? openWithLink(link, 'reply', context, reply, clock) : refuse({ code: 'seal-invalid' });
