import { Client } from 'pg';
import type { ConnectionOptions } from 'node:tls';
import { limitAnswers } from './answer-limit.ts';
import type { PostgresFields } from './fields.ts';
import { type DatabaseEgress, SocketWithin } from './socket-within.ts';

/** How long one connection and one statement may take, and where connections may go. */
export type Limits = { readonly connectMs: number; readonly statementMs: number; readonly egress: DatabaseEgress };

/** A login that worked. `passwordAsked` is false where pg_hba.conf trusts the address, so that any password would have worked. */
export type Login = { readonly client: Client; readonly passwordAsked: () => boolean; readonly overTls: boolean };

const CLOSE_MS = 1_000;

const tlsOptions = ({ sslmode, sslrootcert, host }: PostgresFields): ConnectionOptions => ({
  rejectUnauthorized: sslmode === 'verify-ca' || sslmode === 'verify-full',
  ...(sslrootcert === undefined ? {} : { ca: sslrootcert }),
  ...(sslmode === 'verify-full' ? { host } : { checkServerIdentity: () => undefined }),
});

/** Ends politely, but never waits for a server that has stopped answering. */
const close = async (client: Client) => {
  const gaveUp = Promise.withResolvers<void>();
  const timer = setTimeout(gaveUp.resolve, CLOSE_MS);
  await Promise.race([client.end().catch(() => undefined), gaveUp.promise]);
  clearTimeout(timer);
};

const open = async (fields: PostgresFields, limits: Limits, ssl: ConnectionOptions | false): Promise<Login> => {
  let asked = false;
  const client = new Client({
    host: fields.host,
    port: fields.port,
    database: fields.database,
    user: fields.username,
    password: () => {
      asked = true;
      return fields.password.reveal();
    },
    ssl,
    stream: () => new SocketWithin(limits.egress),
    application_name: 'keyturn',
    connectionTimeoutMillis: limits.connectMs,
    query_timeout: limits.statementMs,
    keepAlive: true,
  });
  limitAnswers(client.connection, ssl !== false);
  // Without a listener an error between two queries would end the process; the next query reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await close(client);
    throw error;
  }
  return { client, passwordAsked: () => asked, overTls: ssl !== false };
};

const offersNoTls = (error: unknown) => error instanceof Error && error.message.includes('does not support SSL');

const connect = async (fields: PostgresFields, limits: Limits): Promise<Login> => {
  if (fields.sslmode === 'disable') return open(fields, limits, false);
  try {
    return await open(fields, limits, tlsOptions(fields));
  } catch (error) {
    if (fields.sslmode !== 'prefer' || !offersNoTls(error)) throw error;
    return open(fields, limits, false);
  }
};

/** Logs in, works, and closes the connection whatever happens. One login per call: pools would hide which password still works. */
export const withClient = async <T>(fields: PostgresFields, limits: Limits, work: (login: Login) => Promise<T>): Promise<T> => {
  const login = await connect(fields, limits);
  try {
    return await work(login);
  } finally {
    await close(login.client);
  }
};
