import { Client } from 'pg';
import { z } from 'zod';

export const ProbeKind = z.enum(['no-op', 'login']);
export type ProbeKind = z.infer<typeof ProbeKind>;

/** What a login needs, as a credential's fields have it. */
export const Login = z.object({ host: z.string(), port: z.string(), database: z.string(), username: z.string(), password: z.string() });
export type Login = z.infer<typeof Login>;

const TIMEOUT_MS = 30_000;

/** Shows that a version works: by a real login on a connection of its own, or not at all. */
export const probe = async (kind: ProbeKind, { host, port, database, username, password }: Login): Promise<void> => {
  if (kind === 'no-op') return;
  const client = new Client({ host, port: Number(port), database, user: username, password, connectionTimeoutMillis: TIMEOUT_MS });
  await client.connect();
  await client.end();
};
