import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Recorded } from '@keyturn/contracts/events';

/** The `prevHash` of the first event. */
export const GENESIS = '0'.repeat(64);

/** What an event's hash covers. */
export type Hashed = Omit<Recorded, 'hash' | 'prevHash'>;

/** RFC 8785 JSON. Throws on what JSON can't carry: NaN, lone surrogates, cycles. */
export const canonicalText = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no JSON form');
  return text;
};

/** SHA-256 of the ciphertext, hex. */
export const hashSealed = (sealed: Uint8Array): string => hash('sha256', sealed, 'hex');

/** An event's canonical JSON, put together from that of its two large parts: its members stand in the order that RFC 8785 sorts them into. */
export const eventText = (event: Omit<Hashed, 'data' | 'meta'>, { data, meta }: { data: string; meta: string }): string => {
  const { position, stream, version, type, recordedAt, sealedHash } = event;
  const rest = `"position":${position},"recordedAt":${JSON.stringify(recordedAt)},"sealedHash":${JSON.stringify(sealedHash)}`;
  const last = `"stream":${JSON.stringify(stream)},"type":${JSON.stringify(type)},"version":${version}`;
  return `{"data":${data},"meta":${meta},${rest},${last}}`;
};

/** SHA-256 over the previous hash's bytes and the event's canonical JSON, hex. */
export const hashEvent = (prevHash: string, event: Hashed, texts?: { readonly data: string; readonly meta: string }): string => {
  const text = eventText(event, texts ?? { data: canonicalText(event.data), meta: canonicalText(event.meta) });
  return hash('sha256', Buffer.concat([Buffer.from(prevHash, 'hex'), Buffer.from(text)]), 'hex');
};
