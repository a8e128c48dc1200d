import { Client } from 'pg';
import { inject } from 'vitest';

/** Runs one statement in the orders database as its superuser. */
export const inOrders = async (statement: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> => {
  const client = new Client({ connectionString: inject('stack').endpoints.ordersDatabaseUrl });
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rows;
  } finally {
    await client.end();
  }
};

/** Does the role still get in with this password? */
export const logsIn = async (user: string, password: string): Promise<boolean> => {
  const url = new URL(inject('stack').endpoints.ordersDatabaseUrl);
  const client = new Client({ host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), user, password });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
};
