import { join } from 'node:path';
import { mintNatsCreds, subscriberName, subscriberPermissions } from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import { connect, type Fields } from '@keyturn/sdk';
import { inject } from 'vitest';
import { admin } from './admin.ts';

export type Holder = {
  /** `consumer/instance`. */
  readonly name: string;
  /** What the application works with. */
  readonly value: () => Fields;
  close(): Promise<void>;
};

type Who = { readonly consumer: string; readonly instance: string; readonly probeTimeoutMs?: number };

/** An instance that takes the first value and never gets over to another one: its probe hangs. */
export const startHolder = async (address: string, { consumer, instance, probeTimeoutMs = 10_000 }: Who): Promise<Holder> => {
  const { varDir, endpoints } = inject('stack');
  const who = { consumer, instance, addresses: [address] };
  const [scope = '', service = ''] = address.split('.');
  await admin().registerConsumer(
    consumer,
    ['read', 'preflight', 'ack'].map((action) => ({ action, pattern: `${scope}.${service}.*` })),
  );
  const keysDir = join(varDir, 'nats', 'keys');
  const creds = await mintNatsCreds({ keysDir, name: subscriberName(who), ...subscriberPermissions(who) });
  const keyturn = await connect({ url: endpoints.natsUrl, creds: new Sensitive(creds), ...who });
  let probes = 0;
  const probe = (): Promise<void> => ((probes += 1) === 1 ? Promise.resolve() : new Promise(() => undefined));
  const secret = await keyturn.secret(address, { parse: (fields: Fields) => fields, probe, probeTimeoutMs });
  return { name: `${consumer}/${instance}`, value: () => secret().reveal(), close: () => keyturn.close({ drainMs: 1_000 }) };
};
