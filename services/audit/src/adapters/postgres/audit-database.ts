import type { Pool } from 'pg';
import { postgresConvictions } from './convictions.ts';
import { postgresEntrySearch } from './entry-search.ts';
import { postgresEntryStore } from './entry-store.ts';
import { postgresLostTail } from './lost-tail.ts';
import { postgresRebuildStore } from './rebuild-store.ts';
import { postgresRotationLog } from './rotation-log.ts';
import { postgresStoredEntries } from './stored-entries.ts';
import { postgresUsageStore } from './usage-store.ts';

/** Everything that audit keeps in its one database. */
export const auditDatabase = (pool: Pick<Pool, 'query'>) => ({
  store: postgresEntryStore(pool),
  search: postgresEntrySearch(pool),
  rotations: postgresRotationLog(pool),
  storeOf: (generation: number) => postgresEntryStore(pool, { building: generation }),
  storedOf: (generation: number | 'served') => postgresStoredEntries(pool, generation),
  rebuilds: postgresRebuildStore(pool),
  convictions: postgresConvictions(pool),
  lost: postgresLostTail(pool),
  usage: postgresUsageStore(pool),
});
