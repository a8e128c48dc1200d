import { join } from 'node:path';
import { randomPassword, secretFile } from '../servers/secret-file.ts';

/** The consumers that the dev stack knows; each has a client at the provider, whose tokens say for whom it speaks. */
export const DEV_CONSUMERS = ['orders', 'billing'] as const;
export type DevConsumer = (typeof DEV_CONSUMERS)[number];

export type ConsumerClient = { readonly consumer: DevConsumer; readonly clientId: string; readonly clientSecret: string };

export const consumerClientId = (consumer: DevConsumer): string => `consumer-${consumer}`;
export const consumerSecretFile = (oidcDir: string, consumer: DevConsumer): string => join(oidcDir, `${consumerClientId(consumer)}.secret`);

/** Reads the clients' secrets, and makes those that are missing (mode 0600). */
export const consumerClients = (oidcDir: string): Promise<ConsumerClient[]> =>
  Promise.all(
    DEV_CONSUMERS.map(async (consumer) => ({
      consumer,
      clientId: consumerClientId(consumer),
      clientSecret: await secretFile(consumerSecretFile(oidcDir, consumer), randomPassword),
    })),
  );

/** For which consumer a client speaks. */
export const consumerOf = (clientId: string | undefined): DevConsumer | undefined =>
  DEV_CONSUMERS.find((consumer) => consumerClientId(consumer) === clientId);
