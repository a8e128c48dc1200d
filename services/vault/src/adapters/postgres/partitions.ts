import type { Pool } from 'pg';
import type { Recorded } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';
import { PARTITIONS_AHEAD } from './migrate.ts';

/** How often, in positions, the next partitions are made sure of: far more often than one fills. */
const EVERY = 100_000;

/** Makes the next partitions of `events` ahead of time, in the background, whenever a batch crosses a round position. */
export const ensurePartitions = (pool: Pool, events: readonly Recorded[], logger: Logger): void => {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last || Math.floor(last.position / EVERY) === Math.floor((first.position - 1) / EVERY)) return;
  pool
    .query('SELECT ensure_partitions($1)', [PARTITIONS_AHEAD])
    .catch((error: unknown) => logger.error('log.partitions-not-made', { position: last.position, error }));
};
