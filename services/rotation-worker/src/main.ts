import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connectBus, vaultClient } from '@keyturn/bus';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { postgresProvider } from '@keyturn/providers/postgres';
import { jsonLogger } from '@keyturn/telemetry';
import { Runtime } from '@temporalio/worker';
import { createActivities } from './activities/index.ts';
import { busVault } from './adapters/bus/bus-vault.ts';
import { hearRotationRequests } from './adapters/nats/hear-rotation-requests.ts';
import { connectTemporal } from './adapters/temporal/connect-temporal.ts';
import { temporalExecution } from './adapters/temporal/temporal-execution.ts';
import { temporalLogger } from './adapters/temporal/temporal-logger.ts';
import { temporalRotationRuns } from './adapters/temporal/temporal-rotation-runs.ts';
import { runTemporalWorker } from './adapters/temporal/temporal-worker.ts';
import { bundleWorkflows } from './adapters/temporal/workflow-bundle.ts';
import { loadConfig } from './config.ts';
import { startSweeper } from './sweeper/sweep.ts';

const config = loadConfig(process.env);
const {
  taskQueue,
  temporal: { namespace },
} = config;
const log = jsonLogger('rotation-worker', config.logLevel);
const starting = new AbortController();
const stops: (() => Promise<unknown>)[] = [];
const shutDown = async (exitCode: number): Promise<void> => {
  starting.abort();
  log.info('worker.stopping');
  for (const stop of stops.toReversed()) await stop().catch((error: unknown) => log.warn('worker.stop-failed', { error }));
  process.exit(exitCode);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shutDown(0));

Runtime.install({ logger: temporalLogger(log), shutdownSignals: [], telemetryOptions: { logging: { filter: 'error', forward: {} } } });
const creds = () => new Sensitive(readFileSync(config.natsCredsFile, 'utf8'));
const [bus, temporal, workflowBundle] = await Promise.all([
  connectBus({ url: config.natsUrl, creds, name: 'worker', log, signal: starting.signal }),
  connectTemporal(config.temporal, { log, signal: starting.signal }),
  bundleWorkflows(temporalLogger(log)),
]);
stops.push(
  () => bus.drain(),
  () => temporal.close(),
);

const client = vaultClient({ bus, clock: systemClock, actor: { kind: 'service', id: 'rotation-worker' } });
const vault = busVault({ client, newId: randomUUID });
const logins = postgresProvider(config.provider);
const activities = createActivities({ vault, logins, log, execution: temporalExecution });
const worker = await runTemporalWorker({ connection: temporal.native, namespace, taskQueue, activities, workflowBundle, log });
const runs = temporalRotationRuns({ client: temporal.client, namespace, taskQueue });
const sweeper = startSweeper({ vault, logins, log, runs, everyMs: config.sweepEveryMs });
const hearing = hearRotationRequests({ connection: bus.connection, runs, log });
stops.push(worker.stop, sweeper.stop, hearing.stop);

log.info('rotation-worker.ready');

// A worker that polls no more is of no use, however alive its process looks: whoever supervises it starts it again.
await worker.ended.catch((error: unknown) => log.error('worker.polls-no-more', { error }));
if (!starting.signal.aborted) await shutDown(1);
