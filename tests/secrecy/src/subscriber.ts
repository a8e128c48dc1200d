import { readFileSync } from 'node:fs';
import { DatabasePasswordFields } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { ORDERS_ADDRESS, type Servers } from '@keyturn/dev-stack';
import { connect } from '@keyturn/sdk';
import { Client } from 'pg';

export type Watching = {
  /** The password that is current now. */
  password(): string;
  version(): number;
  close(): Promise<void>;
};

/** One more instance of `orders`, as real as the others: it takes the secret, logs in with each version, and acknowledges. */
export const watchPassword = async ({ nats }: Servers): Promise<Watching> => {
  const credsFile = await nats.addSubscriber({ consumer: 'orders', instance: 'secrecy', addresses: [ORDERS_ADDRESS] });
  const creds = (): Sensitive<string> => new Sensitive(readFileSync(credsFile, 'utf8'));
  const keyturn = await connect({ url: nats.url, creds, consumer: 'orders', instance: 'secrecy', beatEveryMs: 500 });
  const secret = await keyturn.secret(ORDERS_ADDRESS, { parse: (fields) => DatabasePasswordFields.parse(fields), probe: logIn });
  return {
    password: () => secret().reveal().password,
    version: () => keyturn.status().secrets[0]?.version ?? 0,
    close: () => keyturn.close(),
  };
};

const logIn = async ({ host, port, database, username, password }: DatabasePasswordFields): Promise<void> => {
  const client = new Client({ host, port: Number(port), database, user: username, password });
  await client.connect();
  await client.end();
};
