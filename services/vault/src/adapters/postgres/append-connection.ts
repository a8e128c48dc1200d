import { Client } from 'pg';
import type { Sensitive } from '@keyturn/kernel';

/** Limits of one append, in milliseconds. The holder of the lock may idle for less than others wait for it. */
export type AppendTimeouts = {
  readonly idleInTransactionMs: number;
  readonly lockMs: number;
  readonly statementMs: number;
  /** Above the others: it catches a connection that hangs where no server answers. */
  readonly queryMs: number;
};

export const APPEND_TIMEOUTS: AppendTimeouts = { idleInTransactionMs: 2_000, lockMs: 4_000, statementMs: 5_000, queryMs: 8_000 };

/**
 * The settings of an append connection. Plans are pinned to index look-ups: those made while the tables are small must still be right when
 * they have grown, and autovacuum is late for a burst.
 */
const settings = (limits: AppendTimeouts): string =>
  [
    `SET idle_in_transaction_session_timeout = ${limits.idleInTransactionMs}`,
    `SET lock_timeout = ${limits.lockMs}`,
    `SET statement_timeout = ${limits.statementMs}`,
    'SET synchronous_commit = on',
    'SET enable_seqscan = off',
    'SET enable_hashjoin = off',
    'SET enable_mergejoin = off',
    'SET plan_cache_mode = force_generic_plan',
  ].join(';');

export type AppendConnection = {
  /** A working connection: the kept one, or a new one. */
  current(): Promise<Client>;
  /** Ends a connection whose state is unknown, without waiting for its server. */
  destroy(client: Client): void;
  close(): Promise<void>;
};

/** Runs `work` on the connection's client, which it destroys if that fails. */
export const onClient = async <T>(connection: AppendConnection, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = await connection.current();
  try {
    return await work(client);
  } catch (error) {
    connection.destroy(client);
    throw error;
  }
};

/** Keeps one dedicated connection in pipeline mode, on which nothing else runs; after any error it is destroyed and opened anew. */
export const appendConnection = (url: Sensitive<string>, limits: AppendTimeouts, name: string): AppendConnection => {
  let kept: Client | null = null;

  const destroy = (client: Client): void => {
    if (kept === client) kept = null;
    client.connection.stream.destroy();
  };

  const open = async (): Promise<Client> => {
    const client = new Client({
      connectionString: url.reveal(),
      application_name: name,
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: limits.queryMs,
      query_timeout: limits.queryMs,
    });
    client.on('error', () => destroy(client));
    try {
      await client.connect();
      await client.query(settings(limits));
    } catch (error) {
      destroy(client);
      throw error;
    }
    return client;
  };

  return {
    current: async () => (kept ??= await open()),
    destroy,
    close: async () => {
      const client = kept;
      kept = null;
      await client?.end();
    },
  };
};
