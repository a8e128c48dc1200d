import { systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { DURABLES, natsEventSource } from '../src/adapters/nats/event-source.ts';
import { natsVaultHead } from '../src/adapters/nats/vault-head.ts';
import { natsVaultLog } from '../src/adapters/nats/vault-log.ts';
import { auditDatabase } from '../src/adapters/postgres/audit-database.ts';
import { postgresWriterLock } from '../src/adapters/postgres/writer-lock.ts';
import { runAudit } from '../src/app.ts';
import type { TestDatabase } from './test-database.ts';
import type { TestStream } from './test-stream.ts';

export type TestAuditOptions = {
  readonly stream: TestStream;
  readonly database: TestDatabase;
  /** Whoever ends the test stops all of these. */
  readonly running: (() => Promise<void>)[];
};

/** Starts the service as its main does; the answer stops it. */
export const startTestAudit = async ({ stream, database, running }: TestAuditOptions): Promise<() => Promise<void>> => {
  const bus = await stream.connectAs('audit');
  const { connection } = bus;
  const stop = new AbortController();
  const log = silentLogger;
  const live = { source: natsEventSource({ connection, log }), lock: postgresWriterLock(database.serviceUrl, log) };
  const anew = {
    source: natsEventSource({ connection, log, durable: DURABLES.rebuild }),
    lock: postgresWriterLock(database.serviceUrl, log, 'rebuilder'),
  };
  const checks = {
    compareHeadEveryMs: 100,
    checkEntriesEveryMs: 200,
    lagAlarmMs: 300,
    clock: systemClock,
    eventsPerLook: 1_000,
    vaultHead: natsVaultHead({ bus }),
    vaultLog: natsVaultLog({ bus }),
  };
  const ended = runAudit({ bus, log, live, anew, pollMs: 50, ...auditDatabase(database.pool), ...checks }, stop.signal);
  let stopped: Promise<void> | null = null;
  const stopOnce = async (): Promise<void> => {
    stop.abort();
    await ended;
    await bus.close();
  };
  const end = (): Promise<void> => (stopped ??= stopOnce());
  running.push(end);
  return end;
};
