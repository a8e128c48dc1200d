import type { Pool } from 'pg';
import type { Recorded } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';
import { PARTITIONS_AHEAD } from './migrate.ts';
import { pruneCommands } from './prune-commands.ts';
import { pruneTurns } from './prune-turns.ts';

/** How often, in positions: far more often than a partition fills. */
const EVERY = 10_000;
/** More than can have come since the last time. */
const PRUNED_AT_ONCE = 4 * EVERY;

/** Makes the next partitions of `events` and forgets old verdicts and turns, in the background, whenever a batch crosses a round position. */
export const logUpkeep = (pool: Pool, logger: Logger): ((events: readonly Pick<Recorded, 'position'>[]) => void) => {
  const upkeep = async (): Promise<void> => {
    await pool.query('SELECT ensure_partitions($1)', [PARTITIONS_AHEAD]);
    await pruneCommands(pool, { limit: PRUNED_AT_ONCE });
    await pruneTurns(pool, { limit: PRUNED_AT_ONCE });
  };
  return (events) => {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last || Math.floor(last.position / EVERY) === Math.floor((first.position - 1) / EVERY)) return;
    upkeep().catch((error: unknown) => logger.error('log.upkeep-failed', { position: last.position, error }));
  };
};
