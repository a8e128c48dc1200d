import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { tally, tallyJob } from '../src/testing/tally.ts';
import { padLog } from './pad-log.ts';
import { testLog, type TestLog } from './test-log.ts';

const EVENTS = 50_000;
/** Far less than what is read. */
const HEAP_MB = 48;

const folder = mkdtempSync(join(tmpdir(), 'keyturn-backup-size-'));
let database: TestLog;
let target: TestLog;

beforeAll(async () => {
  [database, target] = [await testLog(), await testLog()];
  await padLog(database, EVENTS);
});
afterAll(async () => {
  await database.dispose();
  await target.dispose();
  rmSync(folder, { recursive: true });
});

type Content = {
  readonly counts: { readonly event: number };
  readonly head: { readonly position: number };
  readonly bytes: number;
  readonly held: Readonly<Record<'creating' | 'verifying' | 'restoring', readonly number[]>>;
};

const lowerQuartile = (samples: readonly number[]): number =>
  samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 4)] ?? Number.NaN;

const backedUp = async (): Promise<unknown> => {
  const identity = await generateX25519Identity();
  const kek = Buffer.from(randomKek().key.reveal()).toString('base64');
  const script = fileURLToPath(new URL('backup-child.ts', import.meta.url));
  const from = [join(folder, 'large.age'), database.url.reveal(), await identityToRecipient(identity), identity, kek];
  const args = [...from, target.url.reveal(), target.ownerUrl];
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(code).toBe(0);
  return JSON.parse(out);
};

it('needs no more memory for a large log, and sees one moment while writes go on', { timeout: 180_000 }, async () => {
  const log = database.openLog();
  let written = 0;
  const done = new AbortController();
  const writing = (async () => {
    while (!done.signal.aborted) await log.submit(tally, tallyJob({ commandId: `while-${(written += 1)}`, stream: 'while' }));
  })();
  const content = await backedUp();
  done.abort();
  await writing;
  expect(content).toMatchObject({ counts: { event: expect.any(Number) }, head: { position: expect.any(Number) } });
  const { counts, head: seen, bytes, held } = content as Content;
  expect(counts.event).toBe(seen.position);
  expect(seen.position).toBeGreaterThanOrEqual(EVENTS);
  expect(seen.position).toBeLessThan(EVENTS + written); // the writers went on while it was made
  expect(bytes).toBeGreaterThan(2 * HEAP_MB * 1024 * 1024);
  // Buffers are in no heap: they, too, are given back. When they are is the collector's to say, so what counts is what is often left.
  for (const samples of [held.creating, held.verifying, held.restoring]) {
    const half = samples.length / 2;
    expect(half).toBeGreaterThan(10);
    expect(lowerQuartile(samples.slice(half))).toBeLessThan(lowerQuartile(samples.slice(0, half)) + bytes / 8);
  }
  expect(await target.sql('SELECT count(*)::int AS events FROM events')).toEqual([{ events: counts.event + 1 }]);
});
