import { Client } from 'pg';
import { inject } from 'vitest';
import { startHolder } from './holder.ts';

export type Laggard = {
  /** `consumer/instance`. */
  readonly name: string;
  /** Why its session at the database ended; null while it goes on. */
  readonly cutOff: () => string | null;
  close(): Promise<void>;
};

/** An instance that takes the first value, logs in with it, and never gets over to another one. */
export const startLaggard = async (address: string, login: { readonly user: string; readonly password: string }): Promise<Laggard> => {
  const who = { consumer: 'laggard', instance: login.user.replaceAll('_', '-'), probeTimeoutMs: 600_000 };
  const holder = await startHolder(address, who);
  const url = new URL(inject('stack').endpoints.ordersDatabaseUrl);
  const session = new Client({
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    application_name: 'laggard',
    ...login,
  });
  let ended: string | null = null;
  session.on('error', (error) => (ended ??= 'code' in error ? String(error.code) : error.message));
  await session.connect();
  return {
    name: holder.name,
    cutOff: () => ended,
    close: async () => {
      await session.end().catch(() => undefined);
      await holder.close();
    },
  };
};
