import { join } from 'node:path';
import { mintNatsCreds, ORDERS_ADDRESS, subscriberName, subscriberPermissions } from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import { connect } from '@keyturn/sdk';
import { inject } from 'vitest';

type Options = { readonly instance?: string; /** Where NATS is reached, if not where it is. */ readonly natsUrl?: string };

/** One more instance of `orders`, which writes down every password that it is given: what must be found nowhere else. */
export const startOnlooker = async ({ instance = 'onlooker', natsUrl }: Options = {}): Promise<{
  readonly passwords: readonly string[];
  close(): Promise<void>;
}> => {
  const { varDir, endpoints } = inject('stack');
  const subscriber = { consumer: 'orders', instance, addresses: [ORDERS_ADDRESS] };
  const keysDir = join(varDir, 'nats', 'keys');
  const creds = await mintNatsCreds({ keysDir, name: subscriberName(subscriber), ...subscriberPermissions(subscriber) });
  const keyturn = await connect({ url: natsUrl ?? endpoints.natsUrl, creds: new Sensitive(creds), ...subscriber });
  const passwords: string[] = [];
  const probe = (fields: Readonly<Record<string, string>>): Promise<void> => {
    passwords.push(fields['password'] ?? '');
    return Promise.resolve();
  };
  await keyturn.secret(ORDERS_ADDRESS, { probe });
  return { passwords, close: () => keyturn.close() };
};
