import { randomBytes } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { inject } from 'vitest';
import type { PostgresFields } from '../../src/postgres/index.ts';

const server = () => new URL(inject('postgresUrl'));

/** Fields of a login to the test server, by default to its maintenance database. */
export const fieldsFor = (username: string, password: string, database = 'postgres'): PostgresFields => ({
  host: server().hostname,
  port: Number(server().port),
  database,
  username,
  password: new Sensitive(password),
  sslmode: 'prefer',
});

export const superuser = (database?: string): PostgresFields =>
  fieldsFor(decodeURIComponent(server().username), decodeURIComponent(server().password), database);

/** A plain connection, as a consumer would open it: nothing of the provider is in it. */
export const connectAs = async (fields: PostgresFields): Promise<Client> => {
  const { host, port, database, username: user } = fields;
  const client = new Client({ host, port, database, user, password: fields.password.reveal(), ssl: false, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/** Runs statements one by one and gives the rows of the last. */
export const run = async (fields: PostgresFields, ...statements: readonly string[]): Promise<Record<string, unknown>[]> => {
  const client = await connectAs(fields);
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
};

/** A database with a table, owned by the one role that a customer's service has always used. Names are new in every test. */
export type SampleDatabase = { readonly owner: string; readonly database: string; readonly first: PostgresFields };

export const createSampleDatabase = async (): Promise<SampleDatabase> => {
  const owner = `orders-${randomBytes(5).toString('hex')}`;
  const password = 'as old as the service';
  const name = escapeIdentifier(owner);
  await run(
    superuser(),
    `CREATE ROLE ${name} LOGIN PASSWORD ${escapeLiteral(password)}`,
    `COMMENT ON ROLE ${name} IS 'team orders; ask Ada'`,
    `CREATE DATABASE ${name} OWNER ${name}`,
    `REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`,
  );
  const first = fieldsFor(owner, password, owner);
  await run(first, 'create table orders (id int primary key)', 'insert into orders values (1)');
  return { owner, database: owner, first };
};

/** Drops the database; the roles stay, they cost nothing and no other test uses their names. */
export const dropSampleDatabase = async ({ database }: SampleDatabase): Promise<void> => {
  await run(superuser(), `DROP DATABASE ${escapeIdentifier(database)} WITH (FORCE)`);
};

export const roleComment = async (username: string): Promise<unknown> =>
  (
    await run(superuser(), `select shobj_description(oid, 'pg_authid') as comment from pg_roles where rolname = ${escapeLiteral(username)}`)
  )[0]?.['comment'];
