import { join } from 'node:path';
import { mintNatsCreds, subscriberName, subscriberPermissions } from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import { connect } from '@keyturn/sdk';
import { Client } from 'pg';
import { inject } from 'vitest';
import { admin } from './admin.ts';

export type Laggard = {
  /** `consumer/instance`. */
  readonly name: string;
  /** Why its session at the database ended; null while it goes on. */
  readonly cutOff: () => string | null;
  close(): Promise<void>;
};

/** An instance that takes the first value, logs in with it, and never gets over to another one: its probe hangs. */
export const startLaggard = async (address: string, login: { readonly user: string; readonly password: string }): Promise<Laggard> => {
  const { varDir, endpoints } = inject('stack');
  const who = { consumer: 'laggard', instance: login.user.replaceAll('_', '-'), addresses: [address] };
  const [scope = '', service = ''] = address.split('.');
  await admin().registerConsumer(
    who.consumer,
    ['read', 'ack'].map((action) => ({ action, pattern: `${scope}.${service}.*` })),
  );
  const keysDir = join(varDir, 'nats', 'keys');
  const creds = await mintNatsCreds({ keysDir, name: subscriberName(who), ...subscriberPermissions(who) });
  const keyturn = await connect({ url: endpoints.natsUrl, creds: new Sensitive(creds), ...who });
  let probes = 0;
  await keyturn.secret(address, { probe: () => ((probes += 1) === 1 ? Promise.resolve() : new Promise(() => undefined)) });
  const url = new URL(endpoints.ordersDatabaseUrl);
  const session = new Client({
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    application_name: 'laggard',
    ...login,
  });
  let ended: string | null = null;
  session.on('error', (error) => (ended ??= 'code' in error ? String(error.code) : error.message));
  await session.connect();
  return {
    name: `${who.consumer}/${who.instance}`,
    cutOff: () => ended,
    close: async () => {
      await session.end().catch(() => undefined);
      await keyturn.close();
    },
  };
};
