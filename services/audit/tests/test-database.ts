import { randomBytes } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { Client, type Pool } from 'pg';
import { inject } from 'vitest';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { openPool } from '../src/adapters/postgres/pool.ts';

export type TestDatabase = {
  readonly ownerUrl: Sensitive<string>;
  readonly serviceUrl: Sensitive<string>;
  /** As the service; ended with the database. */
  readonly pool: Pool;
  dispose(): Promise<void>;
};

const asSuperuser = async (...statements: string[]): Promise<void> => {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

/** What no service may do. */
export const asSuperuserOf = async ({ ownerUrl }: TestDatabase, statement: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: ownerUrl.reveal() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
};

/** A migrated audit database of the test's own, with a role of its own. */
export const testDatabase = async (): Promise<TestDatabase> => {
  const name = `audit_${randomBytes(6).toString('hex')}`;
  await asSuperuser(`CREATE DATABASE ${name}`);
  const owner = new URL(inject('postgresUrl'));
  owner.pathname = `/${name}`;
  const service = new URL(owner);
  [service.username, service.password] = [name, randomBytes(12).toString('hex')];
  const urls = { ownerUrl: new Sensitive(owner.href), serviceUrl: new Sensitive(service.href) };
  await migrate(urls);
  const pool = openPool(urls.serviceUrl, silentLogger);
  const dispose = async (): Promise<void> => {
    await pool.end();
    await asSuperuser(`DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE ${name}`);
  };
  return { ...urls, pool, dispose };
};
