import type { Sensitive } from '@keyturn/kernel';
import { Client } from 'pg';

/** Gives `work` a connection of the database's owner that takes several statements at once, and waits for no lock for long. */
export const asOwner = async <T>(ownerUrl: Sensitive<string>, name: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: ownerUrl.reveal(), application_name: name, pipeline: true });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '5s'");
    return await work(client);
  } finally {
    await client.end();
  }
};
