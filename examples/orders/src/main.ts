import { systemClock } from '@keyturn/kernel';
import { connect, type Keyturn } from '@keyturn/sdk';
import { jsonLogger, startTracing } from '@keyturn/telemetry';
import { loadConfig } from './config.ts';
import { readStats, runOrders, SwapCount } from './orders.ts';
import { appendFailure, keepStats } from './stats-file.ts';
import { Tally } from './stats.ts';

const config = loadConfig(process.env);
const { address, workers, consumer, instance, pinnedIdentity, statsFile } = config;
const log = jsonLogger(consumer, config.logLevel);
// Before `connect`: the SDK traces with whatever OpenTelemetry the process has set up.
const tracing = await startTracing({ service: consumer, instance, environment: process.env, log });
const now = () => systemClock.now();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));

const tally = new Tally((failure) => {
  log.error('orders.failed', failure);
  appendFailure(statsFile, failure);
}, now);
const swaps = new SwapCount();
let keyturn: Keyturn | null = null;
const monotonicMs = () => Math.round(performance.now());
const lastStats = keepStats(statsFile, () =>
  readStats({ consumer, instance: instance ?? null, at: now().toISOString(), monotonicMs: monotonicMs() }, tally, swaps, keyturn),
);

try {
  keyturn = await connect({
    ...config.identity,
    consumer,
    ...(instance && { instance }),
    ...(pinnedIdentity && { pinnedIdentity }),
    log,
    beatEveryMs: config.beatEveryMs,
    signal: stop.signal,
  });
  keyturn.onChange(() => swaps.swapped(now()));
  await runOrders({ keyturn, address, proxyPort: config.proxyPort, workers, tally, log, signal: stop.signal });
} catch (fault) {
  if (!stop.signal.aborted) throw fault;
} finally {
  await keyturn?.close();
  lastStats();
  await tracing.stop();
  log.info('orders.stopped', tally.counts);
}
