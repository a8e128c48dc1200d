// Records the histories that `replay.int.test.ts` replays: `node tests/support/record-histories.ts <temporal address> <release> [story …]`. Run it
// once for each released change of the workflow, under a new prefix, and never overwrite what is there. With KEYTURN_TRACE_FILE they are a traced
// worker's. Without names it tells every story.
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { silentLogger, startTracing } from '@keyturn/telemetry';
import type { MemoryVaultSettings } from '../../src/adapters/memory/memory-vault.ts';
import { aTrial, openStage, until, type Trial } from './trial-worker.ts';

const [, , address = '127.0.0.1:7233', release = 'v1', ...wanted] = process.argv;

const stories: Record<string, (trial: Trial) => Promise<void>> = {
  completed: async ({ vault }) => {
    await until(() => vault.evidence.length > 0);
    vault.acknowledge();
  },
  'failed-at-test': async ({ logins }) => logins.refuseTests(),
  held: async ({ vault }) => {
    vault.passDeadline();
    await until(() => vault.reports.includes('epoch.hold') && vault.reports.at(-1) === 'epoch.record-evidence');
    vault.acknowledge();
  },
  approved: async ({ vault, runs, request, handle }) => {
    await until(async () =>
      (await handle().describe()).typedSearchAttributes.getAll().some(({ value }) => value === 'waiting-for-approval'),
    );
    vault.approve();
    await runs.wake(request);
    await until(() => vault.evidence.length > 0);
    vault.acknowledge();
  },
  forced: async ({ vault, logins, runs, request }) => {
    logins.setSessions('orders', 2);
    vault.passDeadline();
    await until(() => vault.reports.includes('epoch.hold') && vault.reports.at(-1) === 'epoch.record-evidence');
    vault.force();
    await runs.wake(request);
  },
  escalated: async ({ vault }) => {
    vault.passDeadline();
    await until(() => vault.reports.includes('epoch.escalate') && vault.reports.at(-1) === 'epoch.record-evidence');
    vault.acknowledge();
  },
  'provider-down-after-commit': async ({ vault, logins, handle }) => {
    await until(() => vault.evidence.length > 0);
    logins.setDown(true);
    await until(async () =>
      (await handle().describe()).typedSearchAttributes.getAll().some(({ value }) => value === 'provider-unreachable'),
    );
    logins.setDown(false);
    vault.acknowledge();
  },
};

/** What the vault of a story does beside the usual. */
const settings: Record<string, Partial<MemoryVaultSettings>> = { approved: { approval: true }, escalated: { escalates: true } };

const tracing = await startTracing({ service: 'record-histories', environment: process.env, log: silentLogger });
const stage = await openStage(address, tracing.otel);
for (const [name, tell] of Object.entries(stories)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const trial = aTrial(stage, { soakMs: 50, ...settings[name] });
  const worker = await trial.startWorker();
  const told = tell(trial);
  await trial.runs.start(trial.request);
  await told;
  await trial
    .handle()
    .result()
    .catch(() => undefined);
  const json = historyToJSON(await trial.handle().fetchHistory()).replaceAll(`@${hostname()}`, '@host');
  writeFileSync(fileURLToPath(new URL(`../histories/${release}-${name}.json`, import.meta.url)), `${JSON.stringify(JSON.parse(json))}\n`);
  await worker.stop();
}
await stage.temporal.close();
await tracing.stop();
