import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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

const COLLECT_OFTEN = pathToFileURL(join(import.meta.dirname, 'collect-often.ts')).href;

/** In MB. `heaps`: what was left in those of all its threads after they last collected. */
export type Memory = { readonly resident: number; readonly heaps: number };

export type BenchWorker = {
  memory(): Memory;
  stop(): Promise<void>;
};

const MB = 1024 * 1024;

/** The last word of each thread on its heap. */
const heapsIn = (file: string): number => {
  const said = readFileSync(file, 'utf8').trim().split('\n');
  const byThread = new Map(said.map((line) => line.split(' ')).map(([thread, bytes]) => [thread, Number(bytes ?? 0)]));
  return [...byThread.values()].reduce((sum, bytes) => sum + bytes, 0) / MB;
};

const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(?<kb>\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.groups?.['kb'] ?? 0) / 1024;

/** Starts Temporal and the rotation worker beside the bench's vault; `rates` as in the worker's `PROVIDER_RATES`. */
export const startWorker = async ({ varDir, nats }: BenchStack, rates: string): Promise<BenchWorker> => {
  const binary = await findBinary(temporalBinary, { env: process.env, cacheDir: binaryCacheDir });
  const temporal = await startTemporal({ varDir, binary });
  const logFile = join(varDir, 'logs', 'rotation-worker.log');
  const heapsFile = join(varDir, 'rotation-worker.heaps');
  writeFileSync(heapsFile, '');
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
      HEAPS_FILE: heapsFile,
      NODE_OPTIONS: `--expose-gc --import=${COLLECT_OFTEN}`,
    },
  });
  return {
    memory: () => ({ resident: residentOf(worker.pid() ?? 0), heaps: heapsIn(heapsFile) }),
    stop: async () => {
      await worker.stop();
      await temporal.stop();
    },
  };
};
