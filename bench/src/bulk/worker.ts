import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  binaryCacheDir,
  credsPath,
  findBinary,
  projectRoot,
  spawnService,
  startTemporal,
  temporal as temporalBinary,
} from '@keyturn/dev-stack';
import type { BenchStack } from '../bench-stack.ts';

export type BenchWorker = {
  /** Its resident memory, in MB. */
  memory(): number;
  stop(): Promise<void>;
};

/** Starts Temporal and the rotation worker beside the bench's vault; `rates` as in the worker's `PROVIDER_RATES`. */
export const startWorker = async ({ varDir, nats }: BenchStack, rates: string): Promise<BenchWorker> => {
  const binary = await findBinary(temporalBinary, { env: process.env, cacheDir: binaryCacheDir });
  const temporal = await startTemporal({ varDir, binary });
  const logFile = join(varDir, 'logs', 'rotation-worker.log');
  const worker = await spawnService({
    name: 'rotation-worker',
    varDir,
    logFile,
    entry: join(projectRoot, 'services', 'rotation-worker', 'src', 'main.ts'),
    isReady: () => readFileSync(logFile, 'utf8').includes('"event":"rotation-worker.ready"'),
    readyTimeoutMs: 120_000,
    env: {
      NATS_URL: nats.url,
      NATS_CREDS_FILE: credsPath(nats.credsDir, 'worker'),
      TEMPORAL_ADDRESS: temporal.address,
      SWEEP_EVERY_MS: '5000',
      EGRESS_ALLOW: '127.0.0.1',
      ISSUE_TAKES_MS: '2000',
      PROVIDER_RATES: rates,
      WORKFLOW_CACHE_DIR: join(projectRoot, 'var', 'cache'),
    },
  });
  return {
    memory: () => {
      const status = readFileSync(`/proc/${worker.pid() ?? 0}/status`, 'utf8');
      return Number(/^VmRSS:\s+(?<kb>\d+)/mu.exec(status)?.groups?.['kb'] ?? 0) / 1024;
    },
    stop: async () => {
      await worker.stop();
      await temporal.stop();
    },
  };
};
