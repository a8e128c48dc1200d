import { inject } from 'vitest';

export const postgresUrl = (): URL => new URL(inject('postgresUrl'));

/** A login at the tests' Postgres, as a credential's fields have it. */
export const recordOf = (username: string, password: string) => ({
  host: postgresUrl().hostname,
  port: postgresUrl().port,
  database: 'postgres',
  username,
  password,
});
