import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@keyturn/telemetry';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Runtime, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporalLogger } from '../src/adapters/temporal/temporal-logger.ts';
import { bundleWorkflows } from '../src/adapters/temporal/workflow-bundle.ts';
import { STORIES } from './support/stories.ts';

const HISTORIES = join(import.meta.dirname, 'histories');
const names = readdirSync(HISTORIES);
const releaseOf = (name: string): number => Number(/^v(?<release>\d+)-/u.exec(name)?.groups?.['release']);
const newest = Math.max(...names.map(releaseOf));
const read = (name: string): unknown => JSON.parse(readFileSync(join(HISTORIES, name), 'utf8'));

const WORKFLOWS = join(import.meta.dirname, '../src/workflows');
/** What the workflows do otherwise since an earlier release. */
const changes = new Set(
  readdirSync(WORKFLOWS).flatMap((file) =>
    [...readFileSync(join(WORKFLOWS, file), 'utf8').matchAll(/patched\('(?<id>[^']+)'\)/gu)].map(({ groups }) => groups?.['id']),
  ),
);

/** Which of them a recorded run met. */
const changesIn = (name: string): unknown[] =>
  (historyFromJSON(read(name)).events ?? []).flatMap(({ markerRecordedEventAttributes: marker }) => {
    const data = marker?.markerName === 'core_patch' ? marker.details?.['patch-data']?.payloads?.[0]?.data : undefined;
    return data ? [JSON.parse(Buffer.from(data).toString()).id] : [];
  });

/** Tracing may be switched on or off between a run's start and its end. */
const bundles = new Map<string, WorkflowBundleWithSourceMap>();
beforeAll(async () => {
  Runtime.install({ logger: temporalLogger(silentLogger), telemetryOptions: { logging: { filter: 'off', forward: {} } } });
  bundles.set('untraced', await bundleWorkflows(temporalLogger(silentLogger)));
  bundles.set('traced', await bundleWorkflows(temporalLogger(silentLogger), { isTraced: true }));
});

const replay = async (history: unknown, workflowBundle = bundles.get('untraced')!): Promise<Error | undefined> => {
  const histories = [{ workflowId: 'rotate/replayed/1', history: historyFromJSON(history) }];
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, histories)) return error;
  return new Error('nothing was replayed');
};

describe('rotations that were started by an earlier release', () => {
  it.each(Object.keys(STORIES))('are all there of the newest, of a worker that traced and of one that did not: %s', (story) => {
    const wanted = [`v${newest}-${story}.json`, `v${newest}-traced-${story}.json`];
    expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
  });
  it.each(names.flatMap((name) => ['untraced', 'traced'].map((bundle) => [name, bundle] as const)))(
    'go on under this one: %s, %s',
    async (name, bundle) => expect(await replay(read(name), bundles.get(bundle))).toBeUndefined(),
  );
  it.each(['traced', 'untraced'])('met every change of a workflow in one of the newest, %s', (kind) => {
    const recorded = names.filter((name) => releaseOf(name) === newest && name.includes('-traced-') === (kind === 'traced'));
    const met = new Set(recorded.flatMap(changesIn));
    expect(changes.size).toBeGreaterThan(0);
    expect([...changes].filter((change) => !met.has(change))).toEqual([]);
  });
  it('would be found out if a step were missing', async () => {
    const text = JSON.stringify(read('v1-completed.json')).replaceAll('applyCandidate', 'skipCandidate');
    expect(await replay(JSON.parse(text))).toBeInstanceOf(Error);
  });
});
