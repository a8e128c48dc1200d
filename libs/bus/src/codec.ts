import { HEADERS } from '@keyturn/contracts';
import type { Refusal } from '@keyturn/contracts';
import type { Headers, Incoming } from './bus.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

export const encode = (payload: unknown): Uint8Array => Buffer.from(JSON.stringify(payload ?? null));

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

/** The payload is parsed when it is looked at: who only counts messages need not pay for what they say. */
export const incoming = (subject: string, bytes: Uint8Array, headers: Headers): Incoming => {
  let parsed: { readonly payload: unknown } | null = null;
  return {
    subject,
    headers,
    deadline: deadlineOf(headers),
    get payload() {
      return (parsed ??= { payload: decode(bytes) }).payload;
    },
  };
};

export const tooLarge = (limit: number): Refusal => ({ code: 'message-invalid', issues: [`a message has at most ${limit} bytes`] });
export const notJson: Refusal = { code: 'message-invalid', issues: ['a message is JSON'] };
