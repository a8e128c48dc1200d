import { randomUUID } from 'node:crypto';
import { waitUntil } from '@keyturn/dev-stack';
import { systemClock } from '@keyturn/kernel';
import { chosenRotation } from '@keyturn/providers';
import type { RotationProviders } from '@keyturn/providers/adapters';
import { type OtelParts, silentLogger } from '@keyturn/telemetry';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHandle } from '@temporalio/client';
import { Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { uuidv7 } from 'uuidv7';
import type { ActivityDeps } from '../../src/activities/activity.ts';
import { createActivities } from '../../src/activities/index.ts';
import { memoryLogins } from '../../src/adapters/memory/memory-logins.ts';
import { memoryVault, type MemoryVaultSettings } from '../../src/adapters/memory/memory-vault.ts';
import { connectTemporal, type Temporal } from '../../src/adapters/temporal/connect-temporal.ts';
import { temporalExecution } from '../../src/adapters/temporal/temporal-execution.ts';
import { temporalLogger } from '../../src/adapters/temporal/temporal-logger.ts';
import { temporalRotationRuns } from '../../src/adapters/temporal/temporal-rotation-runs.ts';
import { runTemporalWorker, type RunningWorker } from '../../src/adapters/temporal/temporal-worker.ts';
import { bundleWorkflows } from '../../src/adapters/temporal/workflow-bundle.ts';
import type { Execution } from '../../src/ports/execution.ts';
import type { Logins } from '../../src/ports/logins.ts';
import { workflowIdOf } from '../../src/rotation/rotation-run.ts';
import { createRestarts } from '../../src/sweeper/restart-lost.ts';
import { createSettlePace } from '../../src/sweeper/settle-pace.ts';
import { createSettleRounds } from '../../src/sweeper/settle-rounds.ts';

export const NAMESPACE = 'default';
export const OLD_PASSWORD = 'old-Canary-7Gh2kLmN9pQ';
const RUNBOOK_URL = 'https://wiki.example/operations';
export const ISSUER_PASSWORD = 'issuer-Canary-4Rt6yUiO1wX';

/** What all trials of a test file share. */
export type Stage = { readonly temporal: Temporal; readonly bundle: WorkflowBundleWithSourceMap; readonly otel: OtelParts | null };

export const openStage = async (address: string, otel: OtelParts | null = null): Promise<Stage> => {
  Runtime.install({
    logger: temporalLogger(silentLogger),
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: 'off', forward: {} } },
  });
  const temporal = await connectTemporal(
    { address, namespace: NAMESPACE },
    { log: silentLogger, otel, signal: AbortSignal.timeout(20_000) },
  );
  return { temporal, otel, bundle: await bundleWorkflows(temporalLogger(silentLogger), { isTraced: otel !== null }) };
};

/** Stands in for a part: `at` is another provider than the one in memory. */
export type Standing = {
  readonly execution?: () => Execution;
  readonly at?: Logins;
  readonly providers?: RotationProviders;
  readonly adapters?: ActivityDeps['adapters'];
};

const place = { host: 'db', port: '5432', database: 'orders' };

/** One credential with its vault and its server in memory, on a task queue of its own, with real workflows in a real Temporal. */
export const aTrial = ({ temporal, bundle, otel }: Stage, settings: Partial<MemoryVaultSettings> = {}) => {
  const clock = systemClock;
  const credentialId = uuidv7();
  const taskQueue = `trial-${randomUUID()}`;
  const old = { ...place, username: 'orders', password: OLD_PASSWORD };
  const issuer = { ...place, username: 'issuer', password: ISSUER_PASSWORD };
  const vault = memoryVault({ credentialId, address: 'system.postgres.orders', issuer, old, clock, ...settings });
  const logins = memoryLogins({ clock, owner: 'orders', password: OLD_PASSWORD });
  const runs = temporalRotationRuns({ client: temporal.client, namespace: NAMESPACE, taskQueue });
  const request = { credentialId, epoch: 1, address: 'system.postgres.orders' };
  const startWorker = ({
    execution = temporalExecution,
    at = logins,
    providers: others = {},
    adapters = {},
  }: Standing = {}): Promise<RunningWorker> => {
    const providers = { database_password: chosenRotation(at), ...others };
    const activities = createActivities({ vault, adapters, providers, log: silentLogger, runbookUrl: RUNBOOK_URL, execution });
    return runTemporalWorker({
      connection: temporal.native,
      namespace: NAMESPACE,
      taskQueue,
      activities,
      workflowBundle: bundle,
      log: silentLogger,
      otel,
    });
  };
  /** Starts its run as one goes on that was continued as new, after its step has waited for so long. */
  const goOn = (waitedMs: number): Promise<WorkflowHandle> => {
    const { credentialId, epoch } = request;
    const run = { credentialId, epoch, waitedMs };
    return temporal.client.workflow.start('rotateCredential', { workflowId: workflowIdOf(request), taskQueue, args: [run] });
  };
  const handle = (): WorkflowHandle => temporal.client.workflow.getHandle(workflowIdOf(request));
  const settlePace = createSettlePace({ firstMs: 1, longestMs: 1, clock });
  const providers = { database_password: chosenRotation(logins) };
  const known = { vault, logins, providers, adapters: {}, runs, request, taskQueue };
  return { ...known, startWorker, goOn, handle, settlePace, newId: randomUUID, issueTakesMs: 1_000 };
};
export type Trial = ReturnType<typeof aTrial>;

/** Starts what was lost, and settles what is owed, once. */
export const createSweep = (
  trial: Pick<Trial, 'vault' | 'runs' | 'adapters' | 'settlePace' | 'newId' | 'issueTakesMs'> & { readonly providers: RotationProviders },
) => {
  const restart = createRestarts(trial);
  const debts = createSettleRounds({ ...trial, log: silentLogger, everyMs: 1_000 });
  return async (): Promise<void> => {
    await restart();
    await debts.look();
    await debts.idle();
  };
};

/** Everything that Temporal keeps of a run, as text: payloads as they were before they became base64. */
export const textOfHistory = async (handle: WorkflowHandle): Promise<string> => {
  const json = historyToJSON(await handle.fetchHistory());
  const payloads = [...json.matchAll(/"data":\s*"([^"]*)"/gu)].map(([, data = '']) => Buffer.from(data, 'base64').toString());
  return [json, ...payloads].join('\n');
};

/** Every way in which a text could hide in a history. */
export const disguisesOf = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
];

/** Waits until it is so; the test's own time-out ends what never comes. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  if (!(await waitUntil(isSo, { timeoutMs: 25_000 }))) throw new Error('what the test waited for did not come');
};
