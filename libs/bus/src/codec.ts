import { HEADERS } from '@keyturn/contracts';
import type { Refusal } from '@keyturn/contracts';
import type { Headers, Incoming } from './bus.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export const encode = (payload: unknown): Uint8Array => encoder.encode(JSON.stringify(payload ?? null));

/** The JSON value, or undefined where the bytes are no JSON text. */
export const decode = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
};

export const withDeadline = (headers: Headers | undefined, deadline: Date): Headers => ({
  ...headers,
  [HEADERS.deadline]: deadline.toISOString(),
});

export const deadlineOf = (headers: Headers): Date | null => {
  const parsed = new Date(headers[HEADERS.deadline] ?? '');
  return Number.isNaN(parsed.getTime()) ? null : parsed;
};

export const incoming = (subject: string, bytes: Uint8Array, headers: Headers): Incoming => ({
  subject,
  payload: decode(bytes),
  headers,
  deadline: deadlineOf(headers),
});

export const tooLarge = (limit: number): Refusal => ({ code: 'message-invalid', issues: [`a message has at most ${limit} bytes`] });
export const notJson: Refusal = { code: 'message-invalid', issues: ['a message is JSON'] };
