import { connectBus } from '@keyturn/bus';
import { jsonLogger, startTracing } from '@keyturn/telemetry';
import { natsEventSource } from './adapters/nats/event-source.ts';
import { postgresEntryStore } from './adapters/postgres/entry-store.ts';
import { migrate } from './adapters/postgres/migrate.ts';
import { openPool } from './adapters/postgres/pool.ts';
import { postgresWriterLock } from './adapters/postgres/writer-lock.ts';
import { runAudit } from './app.ts';
import { loadConfig } from './config.ts';
import { readSecretFile } from './read-secret-file.ts';

const config = loadConfig(process.env);
const log = jsonLogger('audit', config.logLevel);
const tracing = await startTracing({ service: 'audit', environment: process.env, log });
const { tracer } = tracing;
const shutdown = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => shutdown.abort());

const serviceUrl = await readSecretFile(config.databaseUrlFile);
const ran = await migrate({ ownerUrl: await readSecretFile(config.migrationDatabaseUrlFile), serviceUrl });
log.info('audit.migrated', { ran });

const pool = openPool(serviceUrl, log);
const creds = await readSecretFile(config.nats.credsFile);
const bus = await connectBus({ url: config.nats.url, creds, name: 'audit', log, tracer, signal: shutdown.signal });
const source = natsEventSource({ connection: bus.connection, log, tracer });
const lock = postgresWriterLock(serviceUrl, log);

log.info('audit.ready');
await runAudit({ bus, store: postgresEntryStore(pool), source, lock, log }, shutdown.signal);
await bus.drain();
await pool.end();
await tracing.stop();
log.info('audit.stopped');
