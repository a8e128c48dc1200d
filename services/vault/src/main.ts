import { connectBus } from '@keyturn/bus';
import { inboxPrefix } from '@keyturn/contracts';
import type { Recorded } from '@keyturn/contracts/events';
import { systemClock } from '@keyturn/kernel';
import { linkTable } from '@keyturn/sealing';
import { extract, jsonLogger, startTracing } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { backupFolder } from './adapters/backup/backup-folder.ts';
import { openKeyWrapper, refuseUnusableKeks } from './adapters/open-key-wrapper.ts';
import { jetStreamEventStream } from './adapters/nats/event-stream.ts';
import { natsLostTail } from './adapters/nats/lost-tail.ts';
import { startRelay } from './adapters/nats/relay.ts';
import { serveVault } from './adapters/nats/serve-vault.ts';
import { beforeMigration } from './adapters/postgres/before-migration.ts';
import { postgresBackupProgress } from './adapters/postgres/backup-progress.ts';
import { postgresBulkRotationTable } from './adapters/postgres/bulk-rotation-table.ts';
import { postgresCommandLog } from './adapters/postgres/command-log.ts';
import { postgresConsumerTable } from './adapters/postgres/consumer-table.ts';
import { postgresCredentialTable } from './adapters/postgres/credential-table.ts';
import { postgresDueTable } from './adapters/postgres/due-table.ts';
import { postgresErrandTable } from './adapters/postgres/errand-table.ts';
import { postgresHealthTestTable } from './adapters/postgres/health-test-table.ts';
import { postgresKekTable } from './adapters/postgres/kek-table.ts';
import { postgresKeyTable } from './adapters/postgres/key-table.ts';
import { postgresLeadership } from './adapters/postgres/leadership.ts';
import { postgresLeaseEndings } from './adapters/postgres/lease-endings.ts';
import { postgresLeases } from './adapters/postgres/leases.ts';
import { postgresLogTable } from './adapters/postgres/log-table.ts';
import { prepareDatabase } from './adapters/postgres/prepare-database.ts';
import { postgresRecheckTable } from './adapters/postgres/recheck-table.ts';
import { postgresRewrapStore } from './adapters/postgres/rewrap-store.ts';
import { readHead } from './adapters/postgres/read-events.ts';
import { tellOutages } from './adapters/postgres/tell-outages.ts';
import { postgresTurnTable } from './adapters/postgres/turn-table.ts';
import { vaultPool } from './adapters/postgres/vault-pool.ts';
import { createVault } from './app.ts';
import { startBackupper } from './backups/start-backupper.ts';
import { startBulkRotator } from './bulk-rotations/start-bulk-rotator.ts';
import { openRefusalRecorder } from './commands/open-refusal-recorder.ts';
import { startChangeKeeper } from './changes/change-keeper.ts';
import { loadConfig } from './config.ts';
import { startHealthTests } from './health-tests/health-tests.ts';
import { healthOf } from './health.ts';
import { noticeOf } from './notices.ts';
import { startRefusalKeeper } from './refusal-keeper.ts';
import { startReplicaBeat } from './replica-beat.ts';
import { openRestoreHold } from './restore/restore-hold.ts';
import { startRestoreKeeper } from './restore/start-restore-keeper.ts';
import { openKeys } from './secrets/open-keys.ts';
import { refuseUnfitKeys } from './secrets/refuse-unfit-keys.ts';
import { sealingKeyRing } from './secrets/sealing-key-ring.ts';
import { startRewrapper } from './secrets/start-rewrapper.ts';
import { versionSafe } from './secrets/version-safe.ts';
import { startSchedules } from './schedules/do-due.ts';
import { onShutdown, orStopStart } from './shutdown.ts';
import { startSilenceTicker } from './silence-ticker.ts';

const RETRY_MS = 500;
const PROGRESS_MS = 5_000;
const BACKUP_PROGRESS_MS = 1_000;
const REFUSALS_MS = 5_000;

const config = await orStopStart(jsonLogger('vault'))(() => loadConfig(process.env));
const clock = systemClock;
const logger = jsonLogger('vault', config.logLevel);
const tracing = await startTracing({ service: 'vault', environment: process.env, log: logger });
const { tracer } = tracing;
const opened = orStopStart(logger);
const openWrapper = (how: { create: boolean }) => openKeyWrapper(config.kek, how);
await opened(() => refuseUnusableKeks(config.kek));
await opened(() => beforeMigration(config.migrationUrl, (there) => refuseUnfitKeys({ ...there, openWrapper })));
await opened(() => prepareDatabase(config.migrationUrl, config.databaseUrl));
const pool = vaultPool({ url: config.databaseUrl, logger });
const log = postgresCommandLog({ url: config.databaseUrl, pool, logger, tracer });
const keys = postgresKeyTable(pool);
const keks = postgresKekTable(pool);
const { replicaGoneMs } = config;
const { wrapper, identity } = await opened(() => openKeys({ keys, keks, log, openWrapper, newId: uuidv7, replicaGoneMs, logger }));
const ring = sealingKeyRing({ keys, wrapper, identity, clock });
const rewraps = postgresRewrapStore(pool);
const backups = postgresBackupProgress(pool);
const folder = backupFolder({ place: config.backupPlace, databaseUrl: config.databaseUrl, kek: config.kek });
const rechecks = postgresRecheckTable(pool);
const errands = postgresErrandTable(pool);
const bulks = postgresBulkRotationTable(pool);
const hold = await openRestoreHold({ log, logger, pollMs: config.replicaBeatMs });
const bus = await connectBus({ url: config.natsUrl, creds: config.natsCreds, name: 'vault', log: logger, tracer });
const vault = tellOutages(
  createVault({
    log,
    logTable: postgresLogTable(pool),
    keys,
    keks,
    kekKeeper: wrapper,
    rewraps,
    backups,
    backupFolder: folder,
    rechecks,
    hold,
    ring,
    leases: postgresLeases(pool),
    endings: postgresLeaseEndings(pool),
    clock,
    logger,
    table: postgresCredentialTable(pool),
    consumers: postgresConsumerTable(pool),
    errands,
    bulks,
    turns: postgresTurnTable(pool),
    backupRetentionDays: config.backupRetentionDays,
    safe: versionSafe({ log, keys, wrapper }),
    links: linkTable({ openSealingKey: ring.open, clock }),
    fingerprintKey: identity.fingerprintKey,
    policy: config.policy,
    environment: config.environmentCredentials,
    newId: uuidv7,
    health: healthOf({ head: () => readHead(pool), isConnected: bus.isConnected }),
  }),
);
const tell = (event: Recorded): void => {
  // Nobody misses what isn't said: consumers compare generations at their next beat.
  const notice = hold.restore() ? null : noticeOf(event);
  if (notice) bus.publish(notice.subject, notice.payload, { ...extract(event.meta) });
};
log.onCommitted((events) => events.forEach(tell));
const serving = serveVault(bus, vault, tracer);
const led = (name: string) => postgresLeadership({ url: config.databaseUrl, name, retryMs: RETRY_MS, logger });
const leadership = led('relay');
const stream = await jetStreamEventStream({ nats: bus.connection, inboxPrefix: inboxPrefix('vault'), tracer });
const relay = startRelay({ log, leadership, stream, onPublished: tell, logger, pollMs: config.relayPollMs, retryMs: RETRY_MS });
const stopTicker = startSilenceTicker({
  keepLeases: vault.keepLeases,
  isConnected: bus.isConnected,
  logger,
  everyMs: config.silenceTickMs,
});
const stopBeat = startReplicaBeat({ keeper: wrapper, ring, logger, everyMs: config.replicaBeatMs });
const unreadable = openRefusalRecorder({ log, clock, newId: uuidv7, logger });
const refusalKeeper = startRefusalKeeper({ settles: [vault.settleRefusals, unreadable.settle], logger, pollMs: REFUSALS_MS });
const rewrapper = startRewrapper({
  log,
  keks,
  logger,
  store: rewraps,
  keeper: wrapper,
  leadership: led('rewrap'),
  onUnreadable: ({ credentialId, version }, { part, message }) => unreadable.record({ credentialId, version, part, sentence: message }),
  newId: uuidv7,
  pollMs: config.replicaBeatMs,
  retryMs: RETRY_MS,
  progressMs: PROGRESS_MS,
  rowsPerSecond: config.rewrapRowsPerSecond,
});
const backupper = startBackupper({
  log,
  folder,
  progress: backups,
  leadership: led('backup'),
  newId: uuidv7,
  logger,
  pollMs: config.replicaBeatMs,
  retryMs: RETRY_MS,
  progressMs: BACKUP_PROGRESS_MS,
});
const changeKeeper = startChangeKeeper({
  log,
  errands,
  clock,
  logger,
  deadlineMs: config.testDeadlineMs,
  backupRetentionDays: config.backupRetentionDays,
  newId: uuidv7,
  pollMs: config.replicaBeatMs,
});
const healthTests = startHealthTests({
  log,
  table: postgresHealthTestTable(pool),
  hold,
  clock,
  logger,
  everyMs: config.healthTestEveryMs,
  newId: uuidv7,
  pollMs: config.healthTestPollMs,
});
const bulkRotator = startBulkRotator({
  log,
  bulks,
  hold,
  clock,
  leadership: led('bulk-rotation'),
  newId: uuidv7,
  logger,
  pollMs: config.replicaBeatMs,
  retryMs: RETRY_MS,
});
const schedules = startSchedules({ log, table: postgresDueTable(pool), hold, clock, logger, newId: uuidv7, pollMs: config.schedulePollMs });
const restoreKeeper = startRestoreKeeper({
  log,
  hold,
  rechecks,
  lostTail: natsLostTail({ bus, logger }),
  fingerprintKey: identity.fingerprintKey,
  backupRetentionDays: config.backupRetentionDays,
  leadership: led('restore'),
  newId: uuidv7,
  logger,
  pollMs: config.replicaBeatMs,
  retryMs: RETRY_MS,
});
await bus.flush();
logger.info('vault.ready');

onShutdown(logger, [
  ...serving.map((subscribed) => subscribed.stop),
  relay.stop,
  stopTicker,
  stopBeat,
  rewrapper.stop,
  backupper.stop,
  changeKeeper.stop,
  healthTests.stop,
  bulkRotator.stop,
  schedules.stop,
  restoreKeeper.stop,
  refusalKeeper.stop,
  hold.stop,
  bus.drain,
  wrapper.leave,
  log.close,
  () => pool.end(),
  tracing.stop,
]);
