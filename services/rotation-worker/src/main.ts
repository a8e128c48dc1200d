import { randomUUID } from 'node:crypto';
import { connectBus, vaultClient } from '@keyturn/bus';
import { systemClock } from '@keyturn/kernel';
import { providerAdapters, providerPaces, rotationProviders } from '@keyturn/providers/adapters';
import { readSecretFile } from '@keyturn/service';
import { jsonLogger, startTracing } from '@keyturn/telemetry';
import { Runtime } from '@temporalio/worker';
import { createActivities } from './activities/index.ts';
import { busErrands } from './adapters/bus/bus-errands.ts';
import { busVault } from './adapters/bus/bus-vault.ts';
import { hearRotationRequests } from './adapters/nats/hear-rotation-requests.ts';
import { connectTemporal } from './adapters/temporal/connect-temporal.ts';
import { temporalExecution } from './adapters/temporal/temporal-execution.ts';
import { temporalLogger } from './adapters/temporal/temporal-logger.ts';
import { temporalRotationRuns } from './adapters/temporal/temporal-rotation-runs.ts';
import { runTemporalWorker } from './adapters/temporal/temporal-worker.ts';
import { cachedWorkflowBundle } from './adapters/temporal/workflow-bundle.ts';
import { loadConfig } from './config.ts';
import { startErrands } from './errands/run-errands.ts';
import { createShutdown } from './shutdown.ts';
import { createSettlePace } from './sweeper/settle-pace.ts';
import { startSweeper } from './sweeper/sweep.ts';

const config = loadConfig(process.env);
const { taskQueue, runbookUrl } = config;
const { namespace } = config.temporal;
const log = jsonLogger('rotation-worker', config.logLevel);
const { signal, onStop, exit } = createShutdown(log);
const { tracer, otel, stop: stopTracing } = await startTracing({ service: 'rotation-worker', environment: process.env, log });
onStop(stopTracing);
Runtime.install({ logger: temporalLogger(log), shutdownSignals: [], telemetryOptions: { logging: { filter: 'error', forward: {} } } });
const creds = () => readSecretFile(config.natsCredsFile);
const [bus, temporal, workflowBundle] = await Promise.all([
  connectBus({ url: config.natsUrl, creds, name: 'worker', log, tracer, signal }),
  connectTemporal(config.temporal, { log, signal, otel }),
  cachedWorkflowBundle(temporalLogger(log), { cacheDir: config.workflowCacheDir, isTraced: otel !== null }),
]);
onStop(bus.drain, temporal.close);

const client = vaultClient({ bus, clock: systemClock, actor: { kind: 'service', id: 'rotation-worker' } });
const vault = busVault({ client, newId: randomUUID });
const http = { rules: config.egress, connectTimeoutMs: config.provider.connectTimeoutMs };
const paces = providerPaces(config.providerRates);
const postgres = { ...config.provider, egress: { rules: config.databaseEgress } };
const reached = { postgres, http, urls: config.providerUrls, paces };
const providers = rotationProviders(reached);
const adapters = providerAdapters(reached);
const activities = createActivities({ vault, providers, adapters, log, runbookUrl, execution: temporalExecution });
const worker = await runTemporalWorker({ connection: temporal.native, namespace, taskQueue, activities, workflowBundle, log, otel });
const runs = temporalRotationRuns({ client: temporal.client, namespace, taskQueue });
const settlePace = createSettlePace({ ...config.settlePause, clock: systemClock });
const { sweepEveryMs: everyMs, issueTakesMs } = config;
const sweeper = startSweeper({ vault, providers, adapters, log, runs, settlePace, newId: randomUUID, tracer, everyMs, issueTakesMs });
const asked = busErrands({ client, newId: randomUUID });
const errands = startErrands({ vault, providers, adapters, log, bus, errands: asked, everyMs });
const hearing = hearRotationRequests({ connection: bus.connection, runs, log, tracer });
onStop(worker.stop, sweeper.stop, errands.stop, hearing.stop);

log.info('rotation-worker.ready');

// A worker that polls no more is of no use, however alive its process looks: whoever supervises it starts it again.
await worker.ended.catch((error: unknown) => log.error('worker.polls-no-more', { error }));
await exit(1);
