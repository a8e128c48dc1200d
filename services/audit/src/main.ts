import { connectBus } from '@keyturn/bus';
import { systemClock as clock } from '@keyturn/kernel';
import { readSecretFile } from '@keyturn/service';
import { jsonLogger, startTracing } from '@keyturn/telemetry';
import { DURABLES, natsEventSource } from './adapters/nats/event-source.ts';
import { natsVaultHead } from './adapters/nats/vault-head.ts';
import { natsVaultLog } from './adapters/nats/vault-log.ts';
import { auditDatabase } from './adapters/postgres/audit-database.ts';
import { migrate } from './adapters/postgres/migrate.ts';
import { openPool } from './adapters/postgres/pool.ts';
import { postgresWriterLock } from './adapters/postgres/writer-lock.ts';
import { runAudit } from './app.ts';
import { loadConfig } from './config.ts';

const config = loadConfig(process.env);
const log = jsonLogger('audit', config.logLevel);
const tracing = await startTracing({ service: 'audit', environment: process.env, log });
const { tracer } = tracing;
const shutdown = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => shutdown.abort());

const serviceUrl = readSecretFile(config.databaseUrlFile);
const ran = await migrate({ ownerUrl: readSecretFile(config.migrationDatabaseUrlFile), serviceUrl });
log.info('audit.migrated', { ran });

const pool = openPool(serviceUrl, log);
const creds = readSecretFile(config.nats.credsFile);
const bus = await connectBus({ url: config.nats.url, creds, name: 'audit', log, tracer, signal: shutdown.signal });
const { connection } = bus;
const live = { source: natsEventSource({ connection, log, tracer }), lock: postgresWriterLock(serviceUrl, log) };
const anew = {
  source: natsEventSource({ connection, log, durable: DURABLES.rebuild }),
  lock: postgresWriterLock(serviceUrl, log, 'rebuilder'),
};
const deps = { ...auditDatabase(pool), vaultHead: natsVaultHead({ bus }), vaultLog: natsVaultLog({ bus }), bus, live, anew, clock, log };
if (config.rebuild) log.info('audit.rebuild-asked', await deps.rebuilds.request());
log.info('audit.ready');
await runAudit({ ...deps, ...config.checks }, shutdown.signal);
await bus.drain();
await pool.end();
await tracing.stop();
log.info('audit.stopped');
