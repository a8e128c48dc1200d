import type { RecipientContext } from '@hpke/core';
import type { Refusal, SealedBox } from '@keyturn/contracts';
import { ok, refuse, Sensitive, type Clock, type Result } from '@keyturn/kernel';
import { fromBase64Url } from './base64url.ts';
import { judgeExpiry } from './expiry.ts';
import { hpkeInfo, hpkeSuite, linkIdOf, REPLY_KEY, REQUEST_KEY } from './hpke-suite.ts';
import { exportedKey, openWithLink, sealWithLink, type LinkBox, type LinkKeys } from './link-keys.ts';
import { sealingAad, type MessageContext } from './sealing-aad.ts';

/** An opened box, and the way back: `sealReply` seals to the party that made it, in the same context. */
export type OpenedBox = {
  readonly plaintext: Sensitive<Uint8Array>;
  sealReply(plaintext: Sensitive<Uint8Array>): SealedBox;
};

/** The vault's end of all links. */
export interface LinkTable {
  /**
   * Opens a box of either kind in the context in which it came. A link it doesn't know is adopted from `enc`; without one, or where the
   * sealing key isn't held any more, it is `link-unknown`, and nothing was decided; so it is for a link that is known, too.
   */
  open(box: SealedBox, context: MessageContext): Promise<Result<OpenedBox, Refusal>>;
  /** How many links it holds. */
  size(): number;
}

export type LinkTableDeps = {
  /** The raw private X25519 half of a sealing key, or null where that key is unknown or has ended. */
  readonly openSealingKey: (sealingKeyId: string) => Promise<Sensitive<Uint8Array> | null>;
  readonly clock: Clock;
  /** The least recently used link goes first; its client makes it known again with the next message. */
  readonly max?: number;
  /** A link unused for this long is forgotten. */
  readonly ttlMs?: number;
};

type Held = { readonly keys: LinkKeys; usedAt: number };
const HOUR = 3_600_000;

/** Keeps the links that this replica knows, in memory only. */
export const linkTable = ({ openSealingKey, clock, max = 10_000, ttlMs = HOUR }: LinkTableDeps): LinkTable => {
  const held = new Map<string, Held>();

  const remember = (keys: LinkKeys): LinkKeys => {
    const now = clock.now().getTime();
    held.delete(keys.linkId); // a Map keeps the order of insertion, so the first entry is always the least recently used
    held.set(keys.linkId, { keys, usedAt: now });
    for (const [linkId, link] of held) {
      if (held.size <= max && now - link.usedAt <= ttlMs) break;
      held.delete(linkId);
    }
    return keys;
  };

  const openLinkBox = async (box: LinkBox, context: MessageContext): Promise<Result<OpenedBox, Refusal>> => {
    const known = held.get(box.linkId);
    // A link ends with its sealing key, however busy it is: what came from a key that has ended is accepted no longer than that key is.
    const fresh = known && clock.now().getTime() - known.usedAt <= ttlMs && (await openSealingKey(known.keys.sealingKeyId)) !== null;
    const adopted = fresh ? ok(known.keys) : await adopt(box, openSealingKey);
    if (!adopted.ok) return adopted;
    const link = adopted.value;
    const opened = openWithLink(link, 'request', context, box, clock);
    if (!opened.ok) return opened;
    remember(link); // only now: a box that doesn't open can't push out another's link
    return ok({ plaintext: opened.value, sealReply: (plaintext) => sealWithLink(link, 'reply', context, plaintext, clock) });
  };

  return {
    open: (box, context) => (box.kind === 'link' ? openLinkBox(box, context) : openOnce(box, context, openSealingKey, clock)),
    size: () => held.size,
  };
};

type OpenSealingKey = LinkTableDeps['openSealingKey'];
type Purpose = Parameters<typeof hpkeInfo>[0];

/** HPKE's recipient context; refused where the sealing key is not held, or `enc` is no point of the curve. */
const recipientContext = async (
  purpose: Purpose,
  sealingKeyId: string,
  enc: Uint8Array<ArrayBuffer>,
  openSealingKey: OpenSealingKey,
): Promise<Result<RecipientContext, Refusal>> => {
  const privateKey = await openSealingKey(sealingKeyId);
  if (!privateKey) return refuse({ code: 'link-unknown' });
  const recipientKey = await hpkeSuite.kem.deserializePrivateKey(privateKey.reveal());
  try {
    return ok(await hpkeSuite.createRecipientContext({ recipientKey, enc, info: hpkeInfo(purpose, sealingKeyId) }));
  } catch {
    return refuse({ code: 'seal-invalid' });
  }
};

const adopt = async (box: LinkBox, openSealingKey: OpenSealingKey): Promise<Result<LinkKeys, Refusal>> => {
  if (box.enc === undefined) return refuse({ code: 'link-unknown' });
  const enc = fromBase64Url(box.enc);
  if (!enc || (await linkIdOf(enc)) !== box.linkId) return refuse({ code: 'seal-invalid' });
  const context = await recipientContext('link', box.sealingKeyId, enc, openSealingKey);
  if (!context.ok) return context;
  return ok({
    linkId: box.linkId,
    sealingKeyId: box.sealingKeyId,
    key: {
      request: await exportedKey(context.value, REQUEST_KEY),
      reply: await exportedKey(context.value, REPLY_KEY),
    },
  });
};

const openOnce = async (
  box: Extract<SealedBox, { kind: 'hpke' }>,
  context: MessageContext,
  openSealingKey: OpenSealingKey,
  clock: Clock,
): Promise<Result<OpenedBox, Refusal>> => {
  const inTime = judgeExpiry(box.expiresAt, clock);
  if (inTime !== 'in-time') return refuse({ code: inTime === 'expired' ? 'seal-expired' : 'seal-invalid' });
  const enc = fromBase64Url(box.enc);
  const ciphertext = fromBase64Url(box.ciphertext);
  if (!enc || !ciphertext) return refuse({ code: 'seal-invalid' });
  const recipient = await recipientContext('one-shot', box.sealingKeyId, enc, openSealingKey);
  if (!recipient.ok) return recipient;
  try {
    const plaintext = await recipient.value.open(ciphertext, sealingAad({ ...context, direction: 'request', expiresAt: box.expiresAt }));
    const reply = await exportedKey(recipient.value, REPLY_KEY);
    const link: LinkKeys = { linkId: await linkIdOf(enc), sealingKeyId: box.sealingKeyId, key: { request: reply, reply } };
    return ok({
      plaintext: new Sensitive(new Uint8Array(plaintext)),
      sealReply: (secret) => sealWithLink(link, 'reply', context, secret, clock),
    });
  } catch {
    return refuse({ code: 'seal-invalid' });
  }
};
