import { setTimeout as pause } from 'node:timers/promises';
import type { DatabasePasswordFields } from '@keyturn/contracts';
import type { Derived } from '@keyturn/sdk';
import type { PoolClient } from 'pg';
import { logInAnew, type OrdersPool } from './orders-database.ts';
import type { Tally } from './stats.ts';

export type OrdersDatabase = Derived<OrdersPool, DatabasePasswordFields>;
export type WorkerDeps = { readonly id: number; readonly database: OrdersDatabase; readonly tally: Tally; readonly signal: AbortSignal };

const LOGIN_EVERY = 5;
const AFTER_FAILURE_MS = 50;
const ITEMS = ['apple', 'pear', 'plum', 'quince'] as const;

/** Places orders and reads them, and every few turns logs in anew, until the signal aborts. It goes on after a failure: that is counted. */
export const runWorker = async (deps: WorkerDeps): Promise<void> => {
  for (let turn = deps.id; !deps.signal.aborted; turn += 1) {
    const isDone = await oneTurn(deps, turn).then(
      () => true,
      () => false,
    );
    await pause(isDone ? 5 + Math.random() * 15 : AFTER_FAILURE_MS);
  }
};

/** All of a turn happens inside `use`: the version stays in the lease until the turn's last login and query have ended. */
const oneTurn = ({ id, database, tally }: WorkerDeps, turn: number): Promise<void> => {
  const version = database.version();
  return database.use(async ({ pool }, fields) => {
    if (turn % LOGIN_EVERY === 0) await tally.count({ kind: 'login', version, worker: id }, () => logInAnew(fields));
    const client = await tally.connecting({ version, worker: id }, () => pool.connect());
    const query: Query = (sql, values = []) => tally.count({ kind: 'query', version, worker: id }, () => client.query(sql, values));
    await inTransaction(client, query, turn);
  });
};

type Query = (sql: string, values?: unknown[]) => Promise<unknown>;

/** A connection on which anything failed is thrown away: after a timeout it would answer the wrong question. */
const inTransaction = async (client: PoolClient, query: Query, turn: number): Promise<void> => {
  try {
    await query('BEGIN');
    await query('INSERT INTO orders (item, quantity) VALUES ($1, $2)', [ITEMS[turn % ITEMS.length], 1 + (turn % 9)]);
    await query('SELECT id, item, quantity FROM orders ORDER BY id DESC LIMIT 5');
    await query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
};
