import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type NatsBus, RequestTimedOut, ServiceUnavailable, vaultClient } from '@keyturn/bus';
import { spawnService, type SupervisedProcess } from '@keyturn/dev-stack';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKekFile } from '../src/adapters/file/kek-file.ts';
import { testLog, type TestLog } from './test-log.ts';
import { type TestNats, testNats } from './test-nats.ts';
import { ADMIN, FIELDS } from './test-vault.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const KILLS = 4;
const READERS = 8;
const BETWEEN = 60;
const TIMEOUT_MS = 2_000;

let folder: string;
let database: TestLog;
let nats: TestNats;
let bus: NatsBus;
let vault: SupervisedProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-reveal-'));
  await createKekFile(join(folder, 'kek'));
  [database, nats] = await Promise.all([testLog(), testNats()]);
  await writeFile(join(folder, 'database'), database.url.reveal(), { mode: 0o600 });
  const creds = new Sensitive(await readFile(join(nats.credsDir, 'gateway.creds'), 'utf8'));
  bus = await connectBus({ url: nats.url, creds, name: 'gateway', log: silentLogger });
  vault = await spawnService({
    name: 'vault',
    entry: MAIN,
    varDir: folder,
    env: {
      NATS_URL: nats.url,
      NATS_CREDS_FILE: join(nats.credsDir, 'vault.creds'),
      DATABASE_URL_FILE: join(folder, 'database'),
      KEK_FILE: join(folder, 'kek'),
    },
    isReady: async () => (await client().query('health.check', {}, { timeoutMs: 500 })).ok,
  });
});
afterAll(async () => {
  await vault.kill();
  await bus.drain();
  await nats.dispose();
  await database.dispose();
  await rm(folder, { recursive: true, force: true });
});

const client = () => vaultClient({ bus, actor: { ...ADMIN, authenticatedAt: new Date().toISOString() }, clock: systemClock });

it('no secret was ever answered without its record, wherever the vault was killed', async () => {
  const credentialId = uuidv7();
  const about = { credentialId, address: 'system.postgres.shown', issuer: null, untested: 'import' };
  const data = { ...about, credentialType: 'database_password', publicFields: FIELDS };
  const secret = new Sensitive({ fields: { password: 'shown often' } });
  expect(await client().command('credential.register', data, { commandId: randomUUID(), secret })).toMatchObject({ ok: true });

  const answered: string[] = [];
  const load = { isOver: false };
  const read = async (): Promise<void> => {
    const reader = client();
    while (!load.isOver) {
      const commandId = randomUUID();
      try {
        const asked = { credentialId, reason: 'to see who is killed' };
        const shown = await reader.command('credential.reveal', asked, { commandId, wantsSecret: true, timeoutMs: TIMEOUT_MS });
        if (shown.ok && shown.value.secret) answered.push(commandId);
      } catch (fault) {
        // Never asked again: what became of it is what this test wants to know.
        if (!(fault instanceof RequestTimedOut || fault instanceof ServiceUnavailable)) throw fault;
      }
    }
  };
  const readers = Promise.all(Array.from({ length: READERS }, read));
  readers.catch(() => (load.isOver = true));
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const since = answered.length;
      await expect.poll(() => answered.length, { timeout: 30_000, interval: 1 }).toBeGreaterThan(since + BETWEEN);
      await vault.kill();
      await vault.restart();
    }
  } finally {
    load.isOver = true; // or they would read for ever, where this fails
  }
  await readers;

  const rows = await database.sql<{ id: string }>(`SELECT meta::jsonb->>'commandId' AS id FROM events WHERE type = 'secret.revealed'`);
  const recorded = new Set(rows.map(({ id }) => id));
  expect(answered.filter((commandId) => !recorded.has(commandId))).toEqual([]);
  expect(answered.length).toBeGreaterThan(KILLS * BETWEEN);
}, 180_000);
