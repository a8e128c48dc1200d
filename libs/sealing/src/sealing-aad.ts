import type { SealingContext } from '@keyturn/contracts';

const encoder = new TextEncoder();

/**
 * The additional authenticated data of a box: every field of its context, and under a link the link's id. A box that was moved to
 * another subject, direction, command, credential or link, or whose expiry was changed, does not open.
 */
export const sealingAad = (context: SealingContext, linkId?: string): Uint8Array<ArrayBuffer> => {
  const { subject, direction, commandId, about, expiresAt } = context;
  // RFC 8785 of these few texts is JSON with its names in order; what is absent is left out.
  return encoder.encode(JSON.stringify({ about, commandId, direction, expiresAt, linkId, subject, v: 1 }));
};

/** What both sides know of a message before its box is made or opened; the box itself brings its expiry. */
export type MessageContext = Pick<SealingContext, 'subject' | 'commandId' | 'about'>;

/**
 * Which credential a message is about, the same on both sides: the `credentialId` of its data, else its `address`, else nothing.
 */
export const aboutOf = (data: unknown): string => {
  if (typeof data !== 'object' || data === null) return '';
  if ('credentialId' in data && typeof data.credentialId === 'string') return data.credentialId;
  return 'address' in data && typeof data.address === 'string' ? data.address : '';
};
