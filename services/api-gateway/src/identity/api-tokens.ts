import type { Sensitive } from '@keyturn/kernel';
import { derivedApiToken, newApiToken } from '@keyturn/sealing';

export type TokenRequest = { readonly callerId: string; readonly consumer: string; readonly idempotencyKey: string | undefined };

/** Makes the API tokens that the gateway shows. */
export interface ApiTokens {
  /**
   * A random one. With an `Idempotency-Key` the one of that request instead, so that who lost the answer asks again and gets the same: it
   * follows from the session key, the caller and the caller's key together, and the key itself is in no log (a command id holds its hash).
   */
  make(request: TokenRequest): Sensitive<string>;
}

export const apiTokens = (secret: Sensitive<string>): ApiTokens => ({
  make: ({ callerId, consumer, idempotencyKey }) =>
    idempotencyKey === undefined ? newApiToken() : derivedApiToken(secret, [callerId, consumer, idempotencyKey]),
});
