import { join } from 'node:path';
import { mintNatsCreds, ORDERS_ADDRESS, subscriberName, subscriberPermissions } from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import { connect } from '@keyturn/sdk';
import { inject } from 'vitest';

const SUBSCRIBER = { consumer: 'orders', instance: 'onlooker', addresses: [ORDERS_ADDRESS] };

/** One more instance of `orders`, which writes down every password that it is given: what must be found nowhere else. */
export const startOnlooker = async (): Promise<{ readonly passwords: readonly string[]; close(): Promise<void> }> => {
  const { varDir, endpoints } = inject('stack');
  const keysDir = join(varDir, 'nats', 'keys');
  const creds = await mintNatsCreds({ keysDir, name: subscriberName(SUBSCRIBER), ...subscriberPermissions(SUBSCRIBER) });
  const keyturn = await connect({ url: endpoints.natsUrl, creds: new Sensitive(creds), ...SUBSCRIBER });
  const passwords: string[] = [];
  const probe = (fields: Readonly<Record<string, string>>): Promise<void> => {
    passwords.push(fields['password'] ?? '');
    return Promise.resolve();
  };
  await keyturn.secret(ORDERS_ADDRESS, { probe });
  return { passwords, close: () => keyturn.close() };
};
