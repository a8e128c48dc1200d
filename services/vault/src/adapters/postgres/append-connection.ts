import { Client, DatabaseError } from 'pg';
import { ZodError } from 'zod';
import type { Sensitive } from '@keyturn/kernel';
import { LogUnavailable } from '../../ports/log-unavailable.ts';

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

/** Did the server say no to the statement, or does a row not read, and is the connection none the worse for it? */
const isRefusal = (error: unknown): boolean =>
  error instanceof ZodError || error instanceof SyntaxError || (error instanceof DatabaseError && !/^(08|57P)/.test(error.code ?? ''));

/**
 * Reads on the connection's client. A lost connection is opened anew, and the reading is done once more; lost again, it is `LogUnavailable`.
 * Others read on the same client, so only a loss ends it.
 */
export const readOnClient = async <T>(connection: AppendConnection, work: (client: Client) => Promise<T>, again = true): Promise<T> => {
  let client: Client | null = null;
  try {
    client = await connection.current();
    return await work(client);
  } catch (error) {
    if (isRefusal(error)) throw error;
    if (client) connection.destroy(client);
    if (again) return readOnClient(connection, work, false);
    throw new LogUnavailable(error);
  }
};

/** Keeps one dedicated connection in pipeline mode, on which nothing else runs; after any error it is destroyed and opened anew. */
export const appendConnection = (
  url: Sensitive<string>,
  limits: AppendTimeouts,
  { name, opened }: { readonly name: string; readonly opened?: () => void },
): AppendConnection => {
  let kept: Client | null = null;
  let opening: Promise<Client> | null = null;

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
    opened?.();
    return client;
  };

  return {
    current: async () => {
      if (kept) return kept;
      // Whoever comes meanwhile waits for the same one.
      opening ??= open().finally(() => (opening = null));
      return (kept = await opening);
    },
    destroy,
    close: async () => {
      const client = kept ?? (await opening?.catch(() => null));
      kept = null;
      await client?.end();
    },
  };
};
