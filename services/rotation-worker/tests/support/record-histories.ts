// Records the histories that `replay.int.test.ts` replays: `node tests/support/record-histories.ts <temporal address> <release> [story …]`. Run it
// once for each released change of the workflow, under a new prefix, and never overwrite what is there. With KEYTURN_TRACE_FILE they are a traced
// worker's. Without names it tells every story.
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { silentLogger, startTracing } from '@keyturn/telemetry';
import { STORIES } from './stories.ts';
import { aTrial, openStage } from './trial-worker.ts';

const [, , address = '127.0.0.1:7233', release = 'v1', ...wanted] = process.argv;

/** Stacks in it begin here; where a checkout stands is nobody's business. */
const checkout = fileURLToPath(new URL('../../../../', import.meta.url));

const tracing = await startTracing({ service: 'record-histories', environment: process.env, log: silentLogger });
const stage = await openStage(address, tracing.otel);
for (const [name, begin] of Object.entries(STORIES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const story = await begin();
  const trial = aTrial(stage, { soakMs: 50, ...story.settings });
  const worker = await trial.startWorker(story.standing);
  const told = story.tell(trial);
  await (story.waitedMs === undefined ? trial.runs.start(trial.request) : trial.goOn(story.waitedMs));
  await told;
  await trial
    .handle()
    .result()
    .catch(() => undefined);
  const json = historyToJSON(await trial.handle().fetchHistory())
    .replaceAll(`@${hostname()}`, '@host')
    .replaceAll(checkout, '');
  writeFileSync(fileURLToPath(new URL(`../histories/${release}-${name}.json`, import.meta.url)), `${JSON.stringify(JSON.parse(json))}\n`);
  await worker.stop();
  await story.close?.();
}
await stage.temporal.close();
await tracing.stop();
