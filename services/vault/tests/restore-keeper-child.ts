import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { environmentKeyWrapper } from '../src/adapters/environment/environment-key-wrapper.ts';
import { postgresCommandLog } from '../src/adapters/postgres/command-log.ts';
import { postgresKekTable } from '../src/adapters/postgres/kek-table.ts';
import { postgresKeyTable } from '../src/adapters/postgres/key-table.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import { postgresRecheckTable } from '../src/adapters/postgres/recheck-table.ts';
import { vaultPool } from '../src/adapters/postgres/vault-pool.ts';
import { openRestoreHold } from '../src/restore/restore-hold.ts';
import { startRestoreKeeper } from '../src/restore/start-restore-keeper.ts';
import { openKeys } from '../src/secrets/open-keys.ts';

// A replica that only checks what a restore brought back, as a process of its own: to be killed.

const [, , databaseUrl = '', kek = ''] = process.argv;
const url = new Sensitive(databaseUrl);
const logger = silentLogger;
const pool = vaultPool({ url, logger, max: 4 });
const log = postgresCommandLog({ url, pool, logger });
const openWrapper = () => environmentKeyWrapper(new Sensitive(kek));
const opening = { keys: postgresKeyTable(pool), keks: postgresKekTable(pool), log, openWrapper, newId: uuidv7, replicaGoneMs: 200, logger };
const { identity } = await openKeys(opening);
const rechecks = postgresRecheckTable(pool);
const BATCHES = 20;
let asked = 0;
startRestoreKeeper({
  log,
  hold: await openRestoreHold({ log, logger, pollMs: 20 }),
  // In small batches, and never to the end: however late it is killed, that is in the middle.
  rechecks: {
    ...rechecks,
    next: (incarnation, types) => ((asked += 1) > BATCHES ? new Promise(() => undefined) : rechecks.next(incarnation, types, 5)),
  },
  lostTail: { shreds: async () => ({ known: true, lostTo: null, items: [], next: null }) },
  fingerprintKey: identity.fingerprintKey,
  backupRetentionDays: 35,
  leadership: postgresLeadership({ url, name: 'restore', retryMs: 20, logger }),
  newId: uuidv7,
  logger,
  pollMs: 20,
  retryMs: 20,
});
