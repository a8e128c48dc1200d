import { createHmac, type KeyObject } from 'node:crypto';
import type { Sensitive } from '@keyturn/kernel';
import { canonicalJson } from './canonical-json.ts';

/** An opened command, as far as a repeat must be the same. */
export type OpenedCommand = { readonly type: string; readonly data: unknown; readonly secret?: Sensitive<unknown> | undefined };

/**
 * HMAC-SHA-256, hex, over the opened command's canonical JSON: tells a repeat from another command under the same id. It is taken over the
 * plaintext, because sealing is randomised, and keyed, so that the stored value is no verifier of a weak secret.
 */
export const fingerprint = (key: Sensitive<KeyObject>, { type, data, secret }: OpenedCommand): string => {
  const opened = { v: 1, type, data: data ?? null, secret: secret?.reveal() ?? null };
  return createHmac('sha256', key.reveal())
    .update(`keyturn command v1\n${canonicalJson(opened)}`)
    .digest('hex');
};
