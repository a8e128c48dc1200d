import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { RewrapStarted } from '@keyturn/contracts/commands';
import { KeyRingView, type RewrapView } from '@keyturn/contracts/queries';
import { projectRoot } from '@keyturn/dev-stack';
import { Client } from 'pg';
import { z } from 'zod';
import type { BenchStack } from '../bench-stack.ts';
import { figureOf, type SuiteResult } from '../report/figures.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { BATCH, type DekRows, dekBatches, FLOOR_TABLE, insertBatch } from './seed.ts';

const ROWS = 100_000;
const PROMISE = { ratioAtLeast: 0.25 } as const;
const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

const ABOUT = [
  'All data keys of the running vault are re-wrapped under a new KEK, as an admin would do it: each is unwrapped, wrapped anew and written',
  'with the count of its batch. The clock is the log’s, from the request to the completion. The floor inserts the same rows into a table',
  'with the same indexes, on the same server.',
] as const;

const keyRing = async ({ asGateway }: BenchStack): Promise<KeyRingView> => {
  const answer = await asGateway.query('key-ring.view', {});
  if (!answer.ok) throw new Error(answer.refusal.code);
  return KeyRingView.parse(answer.value.value);
};

/** A new key on the vault's host, into the ring, and active as soon as the vault has seen it. */
const activateNewKek = async (stack: BenchStack): Promise<void> => {
  const tool = join(projectRoot, 'services', 'vault', 'src', 'kek.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [tool, 'add', stack.kekFile]);
  const kekId = stdout.trim();
  for (const name of ['key-ring.add', 'key-ring.activate'] as const) {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await stack.asGateway.command(name, { kekId }, { commandId: randomUUID() });
      if (answer.ok) break;
      if (performance.now() > until) throw new Error(answer.refusal.code);
      await pause(LOOK_MS);
    }
  }
};

const Times = z.array(z.object({ type: z.string(), at: z.coerce.date() }));

/** From the request's event to the completion's, by the log's own clock. */
const secondsOf = async (client: Client, runId: string): Promise<number> => {
  const { rows } = await client.query(
    `SELECT type, recorded_at AS at FROM events WHERE stream = 'key-ring' AND data::jsonb->>'runId' = $1 ORDER BY position`,
    [runId],
  );
  const times = Times.parse(rows);
  const at = (type: string): number => times.find((event) => event.type === type)?.at.getTime() ?? Number.NaN;
  return (at('rewrap.completed') - at('rewrap.requested')) / 1_000;
};

/** Looks for the event alone: to ask for the view would be to count all rows each time. */
const finished = async (stack: BenchStack, client: Client, runId: string): Promise<RewrapView> => {
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT 1 FROM streams s JOIN events e ON e.position = s.position
       WHERE s.stream = 'key-ring' AND e.type = 'rewrap.completed' AND e.data::jsonb->>'runId' = $1`,
      [runId],
    );
    const rewrap = rowCount === 1 ? (await keyRing(stack)).rewrap : null;
    if (rewrap) return rewrap;
    await pause(LOOK_MS);
  }
};

const rewrapAll = async (stack: BenchStack, client: Client): Promise<number> => {
  await activateNewKek(stack);
  const asked = await stack.asGateway.command('key-ring.rewrap', {}, { commandId: randomUUID() });
  if (!asked.ok) throw new Error(asked.refusal.code);
  const { runId } = RewrapStarted.parse(asked.value.value);
  const { rotated, failed } = await finished(stack, client, runId);
  if (failed > 0) throw new Error(`${failed} data keys were not re-wrapped`);
  return rotated / (await secondsOf(client, runId));
};

/** The data keys of what other suites registered stay: a vault that misses one doesn't start. */
const WITHOUT_SEEDED = 'DELETE FROM wrapped_deks d USING floor_deks f WHERE d.credential_id = f.credential_id AND d.version = f.version';

const insertAll = async (client: Client, batches: readonly DekRows[]): Promise<number> => {
  await client.query('TRUNCATE floor_deks');
  const began = performance.now();
  for (const batch of batches) await insertBatch(client, 'floor_deks', batch);
  return (batches.length * BATCH * 1_000) / (performance.now() - began);
};

/** Data keys re-wrapped a second, beside rows inserted a second. */
export const rewrap = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const rows = options.rows ?? (options.isQuick ? ROWS / 10 : ROWS);
  const rounds = options.isQuick ? 2 : 3;
  const client = new Client({ connectionString: stack.vaultUrl });
  await client.connect();
  const [ours, floor]: [number[], number[]] = [[], []];
  try {
    const batches = dekBatches(stack.kekFile, rows);
    await client.query(FLOOR_TABLE);
    for (const batch of batches) await insertBatch(client, 'wrapped_deks', batch);
    for (let round = 1; round <= rounds; round += 1) {
      floor.push(await insertAll(client, batches));
      ours.push(await rewrapAll(stack, client));
      options.onProgress(
        `rewrap: round ${round} of ${rounds}, ${Math.round(ours.at(-1) ?? 0)} a second beside ${Math.round(floor.at(-1) ?? 0)}`,
      );
    }
    await client.query(WITHOUT_SEEDED);
    await client.query('DROP TABLE floor_deks');
    await client.query('VACUUM wrapped_deks');
  } finally {
    await client.end();
  }
  const name = `${rows.toLocaleString('en')} data keys`;
  const floorIs = `one connection inserting ${BATCH} such rows a transaction`;
  return { suite: 'Rewrap', about: ABOUT, figures: [figureOf({ name, unit: 'a second', ours, floor, floorIs, promise: PROMISE })] };
};
