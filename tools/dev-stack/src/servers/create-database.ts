import { randomUUID } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';

export type Database = { readonly name: string; readonly url: string; drop(): Promise<void> };

/** Makes a new, empty database beside the one in the URL, reached with the same login. `drop()` ends its sessions. */
export const createDatabase = async (postgresUrl: string, prefix: string): Promise<Database> => {
  const name = `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await execute(postgresUrl, `CREATE DATABASE ${escapeIdentifier(name)}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return { name, url: url.href, drop: () => execute(postgresUrl, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`) };
};

const execute = async (url: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
