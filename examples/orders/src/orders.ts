import { DatabasePasswordFields } from '@keyturn/contracts';
import type { Keyturn } from '@keyturn/sdk';
import type { Logger } from '@keyturn/telemetry';
import { poolRecipe } from './orders-database.ts';
import type { OrdersStats, Tally } from './stats.ts';
import { runWorker } from './worker.ts';

export type OrdersDeps = {
  readonly keyturn: Keyturn;
  readonly address: string;
  readonly proxyPort: number | null;
  readonly workers: number;
  readonly tally: Tally;
  readonly log: Logger;
  readonly signal: AbortSignal;
};

/** Long enough that the service may be started before its credential is registered. */
const PATIENCE_MS = 3_600_000;

/** The way that this process takes to the database. */
const via = (fields: DatabasePasswordFields, proxyPort: number | null): DatabasePasswordFields =>
  proxyPort === null ? fields : { ...fields, host: '127.0.0.1', port: String(proxyPort) };

/** Runs the workers on one pool that follows the secret, until the signal aborts and all of them have ended. */
export const runOrders = async ({ keyturn, address, proxyPort, workers, tally, log, signal }: OrdersDeps): Promise<void> => {
  const waiting = { signal, timeoutMs: PATIENCE_MS };
  const secret = await keyturn.secret(address, { parse: (fields) => via(DatabasePasswordFields.parse(fields), proxyPort), ...waiting });
  const database = await keyturn.derived(secret, poolRecipe({ size: workers, log, onConnect: () => tally.loggedIn() }), waiting);
  log.info('orders.working', { workers, version: database.version() });
  await Promise.all(Array.from({ length: workers }, (_, id) => runWorker({ id, database, tally, signal })));
};

/** Counts the swaps of one connection to Keyturn. */
export class SwapCount {
  swaps = 0;
  lastSwapAt: string | null = null;
  #isFirst = true;

  swapped(at: Date): void {
    if (!this.#isFirst) {
      this.swaps += 1;
      this.lastSwapAt = at.toISOString();
    }
    this.#isFirst = false;
  }
}

type Known = Pick<OrdersStats, 'consumer' | 'instance' | 'at' | 'monotonicMs'>;

/** Everything that is counted, at one moment; `keyturn` is null until it is connected. */
export const readStats = (known: Known, { counts }: Tally, swaps: SwapCount, keyturn: Keyturn | null): OrdersStats => {
  const status = keyturn?.status();
  const secret = status?.secrets[0];
  return {
    ...known,
    ...counts,
    version: secret?.version ?? null,
    generation: secret?.generation ?? null,
    holds: secret?.holds ?? [],
    isAcknowledged: secret?.isAcknowledged ?? false,
    isConnected: status?.isConnected ?? false,
    swaps: swaps.swaps,
    lastSwapAt: swaps.lastSwapAt,
  };
};
