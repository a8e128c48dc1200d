import { readFileSync } from 'node:fs';
import { encodeUser } from '@nats-io/jwt';
import { readSigner, subscriberSignerFile } from './nats-keys.ts';

export type SubscriberJwtOptions = {
  readonly keysDir: string;
  readonly consumer: string;
  readonly instance: string;
  readonly publicKey: string;
  /** Address patterns. */
  readonly hears: readonly string[];
  readonly expiresAt: Date;
};

/** Signs a subscriber's JWT as the gateway does, for tests that have none. */
export const mintSubscriberJwt = (options: SubscriberJwtOptions): Promise<string> => {
  const { keysDir, consumer, instance, publicKey, hears, expiresAt } = options;
  const tags = [`consumer:${consumer}`, `instance:${instance}`, ...hears.map((pattern) => `hears:${pattern}`)];
  const exp = Math.floor(expiresAt.getTime() / 1_000);
  const signer = readFileSync(subscriberSignerFile(keysDir));
  return encodeUser(
    `${consumer}_${instance}`,
    publicKey,
    readSigner(keysDir).account.getPublicKey(),
    { tags },
    { signer, scopedUser: true, exp },
  );
};
