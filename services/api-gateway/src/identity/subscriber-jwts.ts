import { inboxPrefix, subscriberUser } from '@keyturn/contracts/subjects';
import type { Sensitive } from '@keyturn/kernel';
import { encodeUser } from '@nats-io/jwt';

export type SubscriberJwtSettings = {
  /** The seed of the account's signing key for subscribers. */
  readonly signingKey: Sensitive<string>;
  /** The account's public key. */
  readonly account: string;
  readonly natsUrl: string;
  readonly lifetimeSeconds: number;
};

export type SubscriberUser = {
  readonly consumer: string;
  readonly instance: string;
  readonly publicKey: string;
  readonly patterns: readonly string[];
  readonly until: Date;
};

/** NATS identities of subscribers. */
export type SubscriberJwts = {
  readonly natsUrl: string;
  readonly lifetimeSeconds: number;
  sign(user: SubscriberUser): Promise<{ readonly jwt: string; readonly inboxPrefix: string }>;
};

/**
 * Signs them with a scoped key: what a subscriber may do stands in the account, as a template, and the JWT only fills in who it is and what
 * it hears. So nobody can become a service with this key, not even who stole it (ADR-0010).
 */
export const subscriberJwts = ({ signingKey, account, natsUrl, lifetimeSeconds }: SubscriberJwtSettings): SubscriberJwts => ({
  natsUrl,
  lifetimeSeconds,
  sign: async ({ consumer, instance, publicKey, patterns, until }) => {
    const name = subscriberUser(consumer, instance);
    const tags = [`consumer:${consumer}`, `instance:${instance}`, ...patterns.map((pattern) => `hears:${pattern}`)];
    const signer = new TextEncoder().encode(signingKey.reveal());
    const exp = Math.floor(until.getTime() / 1000);
    const jwt = await encodeUser(name, publicKey, account, { tags }, { signer, scopedUser: true, exp });
    return { jwt, inboxPrefix: inboxPrefix(name) };
  },
});
