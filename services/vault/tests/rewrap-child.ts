import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { fileKeyWrapper } from '../src/adapters/file/file-key-wrapper.ts';
import { postgresCommandLog } from '../src/adapters/postgres/command-log.ts';
import { postgresKekTable } from '../src/adapters/postgres/kek-table.ts';
import { postgresKeyTable } from '../src/adapters/postgres/key-table.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import { postgresRewrapStore } from '../src/adapters/postgres/rewrap-store.ts';
import { vaultPool } from '../src/adapters/postgres/vault-pool.ts';
import { openRefusalRecorder } from '../src/commands/open-refusal-recorder.ts';
import type { CommandLog } from '../src/ports/command-log.ts';
import type { RewrapStore } from '../src/ports/rewrap-store.ts';
import { openKeys } from '../src/secrets/open-keys.ts';
import { startRewrapper } from '../src/secrets/start-rewrapper.ts';

// A replica that only re-wraps, as a process of its own: to be killed, or to die by itself at a place that nobody could hit from outside.

const [, , databaseUrl = '', kekFile = '', diesAt = ''] = process.argv;
const url = new Sensitive(databaseUrl);
const logger = silentLogger;
const pool = vaultPool({ url, logger, max: 4 });
const log = postgresCommandLog({ url, pool, logger });
const keks = postgresKekTable(pool);
const openWrapper = () => fileKeyWrapper({ path: kekFile, create: false });
const { wrapper } = await openKeys({ keys: postgresKeyTable(pool), keks, log, openWrapper, newId: uuidv7, replicaGoneMs: 200, logger });
const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** Dies just before or just after it writes a batch, or once one of the vault's own keys is moved and others aren't. */
const store = postgresRewrapStore(pool);
const dyingStore: RewrapStore = {
  ...store,
  replace: async (runId, batch) => {
    if (diesAt === 'before-batch') die();
    const moved = await store.replace(runId, batch);
    if (diesAt === 'after-batch') die();
    return moved;
  },
  replaceOwn: async (runId, key) => {
    await store.replaceOwn(runId, key);
    if (diesAt === 'own-keys') die();
  },
};
/** Dies once everything is moved, instead of recording that: without a word of progress that is all that a run submits. */
const dyingLog: Pick<CommandLog, 'submit' | 'state' | 'onCommitted'> = {
  state: log.state,
  onCommitted: log.onCommitted,
  submit: (fold, job) => {
    if (diesAt === 'completion') die();
    return log.submit(fold, job);
  },
};
const PROGRESS_MS = diesAt === 'completion' ? 3_600_000 : 50;

const { record } = openRefusalRecorder({ log, clock: systemClock, newId: uuidv7, logger });
startRewrapper({
  log: dyingLog,
  keks,
  logger,
  store: dyingStore,
  keeper: wrapper,
  leadership: postgresLeadership({ url, name: 'rewrap', retryMs: 20, logger }),
  onUnreadable: ({ credentialId, version }, { part, message }) => record({ credentialId, version, part, sentence: message }),
  newId: uuidv7,
  pollMs: 20,
  retryMs: 20,
  progressMs: PROGRESS_MS,
  rowsPerSecond: 3_000,
});
process.send?.('running');
