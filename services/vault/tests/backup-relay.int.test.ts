import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inboxPrefix } from '@keyturn/contracts';
import { PublishedEvent, type Recorded } from '@keyturn/contracts/events';
import { STREAM_NAME } from '@keyturn/contracts/subjects';
import { silentLogger } from '@keyturn/telemetry';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { expect, it, onTestFinished } from 'vitest';
import { createBackup } from '../src/adapters/backup/create-backup.ts';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { jetStreamEventStream } from '../src/adapters/nats/event-stream.ts';
import { startRelay } from '../src/adapters/nats/relay.ts';
import type { PostgresCommandLog } from '../src/adapters/postgres/command-log.ts';
import { alwaysLeads } from '../src/testing/always-leads.ts';
import { agePair, restoring } from './backup-files.ts';
import { kekSourceOf } from './kek-source.ts';
import { testLog } from './test-log.ts';
import { testNats } from './test-nats.ts';
import { ADMIN, grant, registerOrders, testReplica, testVault } from './test-vault.ts';

const stand = async () => {
  const nats = await testNats();
  const connection = await nats.connectVault();
  const owner = await nats.connectOwner();
  const manager = await jetstreamManager(owner, { timeout: 1_000 });
  const stream = await jetStreamEventStream({ nats: connection, inboxPrefix: inboxPrefix('vault') });
  const stored = async (): Promise<Recorded[]> => {
    const { state } = await manager.streams.info(STREAM_NAME);
    const consumer = await jetstream(owner).consumers.get(STREAM_NAME);
    const events: Recorded[] = [];
    if (state.messages === 0) return events;
    for await (const message of await consumer.fetch({ max_messages: state.messages, expires: 1_000 })) {
      events.push(PublishedEvent.parse(message.json()).data);
    }
    return events;
  };
  /** Publishes the log until the stream holds just that. */
  const relayed = async (log: PostgresCommandLog): Promise<void> => {
    const published = { onPublished: () => undefined, logger: silentLogger };
    const relay = startRelay({ log, leadership: alwaysLeads(), stream, ...published, pollMs: 60, retryMs: 50 });
    const all = (await log.read(0, 1_000)).map(({ hash }) => hash);
    const hashes = async () => (await stored()).map(({ hash }) => hash);
    await expect.poll(hashes, { timeout: 15_000 }).toEqual(all);
    await relay.stop();
  };
  return { relayed, dispose: nats.dispose };
};

it.each([
  ['shorter than the lost one', false],
  ['just as long as the lost one, and longer', true],
])('the relay fills the stream anew with a restored log that is %s', async (_what, goesOn) => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-backup-relay-'));
  const [keys, path] = [await agePair(), join(folder, 'vault.age')];
  const [vault, empty, { relayed, dispose }] = [await testVault(), await testLog(), await stand()];
  onTestFinished(async () => {
    await Promise.all([vault.dispose(), empty.dispose(), dispose()]);
    rmSync(folder, { recursive: true });
  });
  await registerOrders(vault);
  await createBackup({ path, lock: keys.lock, databaseUrl: vault.url, kek: kekSourceOf(vault.held) });
  await registerOrders(vault, 'system.postgres.lost');
  await relayed(vault.log);

  const held = [randomKek()];
  expect(await restoring(empty, path, keys.unlock, kekSourceOf(held))).toMatchObject({ ok: true });
  if (!goesOn) return relayed(empty.openLog());
  const replica = { ...empty, ...(await testReplica(empty, held)) };
  await registerOrders(replica, 'system.postgres.found');
  await grant(replica, 'billing');
  await replica.client(ADMIN).command('key-ring.rewrap', {}, { commandId: randomUUID() });
  await relayed(replica.log);
});
