import { inboxPrefix } from '@keyturn/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jetstream, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { silentLogger } from '@keyturn/telemetry';
import { PublishedEvent, type Recorded } from '@keyturn/contracts/events';
import { LOG_SUBJECTS, STREAM_NAME } from '@keyturn/contracts/subjects';
import { type EventStream, jetStreamEventStream } from '../src/adapters/nats/event-stream.ts';
import { type Relay, type RelayDeps, startRelay } from '../src/adapters/nats/relay.ts';
import type { PostgresCommandLog } from '../src/adapters/postgres/command-log.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import { alwaysLeads } from '../src/testing/always-leads.ts';
import { readAll } from '../src/testing/describe-command-log.ts';
import { tally, tallyJob } from '../src/testing/tally.ts';
import { type TestLog, testLog } from './test-log.ts';
import { type TestNats, testNats } from './test-nats.ts';

type Message = { readonly event: PublishedEvent; readonly header: (name: string) => string | undefined; readonly subject: string };

describe('the relay', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let owner: NatsConnection;
  let manager: JetStreamManager;
  let stream: EventStream;
  let database: TestLog;
  let log: PostgresCommandLog;
  let relays: Relay[] = [];
  let commands = 0;
  beforeAll(async () => {
    nats = await testNats();
    connection = await nats.connectVault();
    owner = await nats.connectOwner();
    manager = await jetstreamManager(owner, { timeout: 1_000 });
    stream = await jetStreamEventStream({ nats: connection, inboxPrefix: inboxPrefix('vault') });
    database = await testLog();
    log = database.openLog();
  });
  beforeEach(async () => {
    await manager.streams.delete(STREAM_NAME).catch(() => undefined);
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    relays = [];
  });
  afterAll(async () => {
    await database.dispose();
    await nats.dispose();
  });

  const record = async (count: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: count }, () => log.submit(tally, tallyJob({ commandId: `c${++commands}`, stream: `s${commands % 7}` }))),
    );
  };
  const leads = () => postgresLeadership({ url: database.url, name: 'relay', retryMs: 20, logger: silentLogger });
  const start = (change: Partial<RelayDeps> = {}): Relay => {
    const deps = {
      log,
      leadership: leads(),
      stream,
      onPublished: () => undefined,
      logger: silentLogger,
      pollMs: 60,
      retryMs: 50,
      window: 16,
    };
    const relay = startRelay({ ...deps, ...change });
    relays.push(relay);
    return relay;
  };
  const stored = async (): Promise<Message[]> => {
    const { state } = await manager.streams.info(STREAM_NAME);
    if (state.messages === 0) return [];
    const consumer = await jetstream(owner).consumers.get(STREAM_NAME);
    const messages: Message[] = [];
    for await (const message of await consumer.fetch({ max_messages: state.messages, expires: 1_000 })) {
      const { headers, subject } = message;
      messages.push({ event: PublishedEvent.parse(message.json()), header: (name) => headers?.get(name), subject });
    }
    return messages;
  };
  /** The stream holds the whole log once, in order; answers it. */
  const holdsTheLog = async (): Promise<Message[]> => {
    const all = await readAll(log);
    await expect
      .poll(async () => (await manager.streams.info(STREAM_NAME).catch(() => null))?.state.messages, { timeout: 20_000 })
      .toBe(all.length);
    const messages = await stored();
    expect(messages.map((message) => message.event.data)).toEqual(all);
    return messages;
  };

  it('publishes the whole log in order, as CloudEvents', async () => {
    await record(100);
    start();
    const [first] = await holdsTheLog();
    const event = (await log.read(0, 1))[0]!;
    expect(first?.event).toEqual({
      specversion: '1.0',
      id: '1.1',
      source: '/keyturn/vault',
      type: 'ledger.recorded',
      subject: event.stream,
      time: event.recordedAt,
      datacontenttype: 'application/json',
      data: event,
    });
    expect(first?.subject).toBe('keyturn.log.ledger.recorded');
    expect(['Nats-Msg-Id', 'Kt-Position', 'Kt-Command-Id'].map((name) => first?.header(name))).toEqual(['1.1', '1', event.meta.commandId]);
    const { config } = await manager.streams.info(STREAM_NAME);
    expect(config).toMatchObject({ subjects: [LOG_SUBJECTS], storage: 'file', discard: 'new', retention: 'limits' });
  });

  it('is woken by commits and does not wait for its poll', async () => {
    expect.hasAssertions();
    start({ pollMs: 3_600_000 });
    await holdsTheLog();
    for (let turn = 0; turn < 3; turn++) {
      await record(3);
      await holdsTheLog();
    }
  });

  it('finds what nobody woke it for', async () => {
    expect.hasAssertions();
    await record(1);
    // Always leads, and hears no NOTIFY.
    start({ leadership: alwaysLeads() });
    await holdsTheLog();
    await record(5);
    await holdsTheLog();
  });

  it('goes on where the stream ends after a restart, and announces each event', async () => {
    const announced: Recorded[] = [];
    const onPublished = (event: Recorded): void => void announced.push(event);
    await record(40);
    const first = start({ onPublished });
    await holdsTheLog();
    await first.stop();
    expect(announced).toEqual(await readAll(log));
    await record(40);
    const second: Recorded[] = [];
    start({ onPublished: (event) => void second.push(event) });
    await holdsTheLog();
    // One window is announced again: the one before may have died within it.
    expect(second).toEqual((await readAll(log)).slice(-56));
  });

  it.each<[string, () => Promise<unknown>]>([
    ['was emptied', () => manager.streams.purge(STREAM_NAME)],
    ['was deleted', () => manager.streams.delete(STREAM_NAME)],
    ['lost its newest event', async () => manager.streams.deleteMessage(STREAM_NAME, (await stream.tail()).sequence)],
    ['lost one in the middle', () => manager.streams.deleteMessage(STREAM_NAME, 7)],
    ['lost its oldest', () => manager.streams.purge(STREAM_NAME, { seq: 12 })],
  ])('fills a stream that %s, at its next start', async (_what, damage) => {
    expect.hasAssertions();
    await record(30);
    const first = start();
    await holdsTheLog();
    await first.stop();
    await damage();
    await record(5);
    start();
    await holdsTheLog();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['emptied', () => manager.streams.purge(STREAM_NAME)],
    ['deleted', () => manager.streams.delete(STREAM_NAME)],
  ])('fills a stream that is %s under it, with and without new events', async (_what, damage) => {
    expect.hasAssertions();
    await record(30);
    start();
    await holdsTheLog();
    await damage();
    await holdsTheLog();
    await damage();
    await record(5);
    await holdsTheLog();
  });

  it('refills from the table, not from what this process remembers, so that audit sees who edited it', async () => {
    await record(20);
    start();
    const [head] = (await readAll(log)).slice(-1);
    if (!head) throw new Error('the log is empty');
    const meta = async () => (await stored()).find(({ event }) => event.data.position === head.position)?.event.data.meta.actor.id;
    await expect.poll(meta, { timeout: 20_000 }).toBe(head.meta.actor.id);
    const edit = (from: string, to: string) =>
      database.sql('UPDATE events SET meta = replace(meta, $2, $3) WHERE position = $1', [head.position, `"id":"${from}"`, `"id":"${to}"`]);
    await edit(head.meta.actor.id, 'nobody');
    await manager.streams.purge(STREAM_NAME);
    await expect.poll(meta, { timeout: 20_000 }).toBe('nobody');
    await edit('nobody', head.meta.actor.id);
  });

  it('refills a stream that holds another log', async () => {
    await record(10);
    const first = start();
    await holdsTheLog();
    await first.stop();
    const other = await testLog();
    try {
      const otherLog = other.openLog();
      for (let turn = 0; turn < 10; turn++) await otherLog.submit(tally, tallyJob({ commandId: `o${turn}`, stream: 'other' }));
      start({ log: otherLog, leadership: alwaysLeads() });
      const foreign = await readAll(otherLog);
      await expect.poll(async () => (await stored()).map((message) => message.event.data), { timeout: 20_000 }).toEqual(foreign);
      await Promise.all(relays.splice(0).map((relay) => relay.stop()));
    } finally {
      await other.dispose();
    }
  });

  it('publishes nothing twice while two relays both believe that they lead', async () => {
    const streams = await Promise.all(
      [1, 2].map(async () => jetStreamEventStream({ nats: await nats.connectVault(), inboxPrefix: inboxPrefix('vault') })),
    );
    for (const each of streams) start({ leadership: alwaysLeads(), stream: each, window: 5, retryMs: 5 });
    for (let turn = 0; turn < 10; turn++) await record(20);
    const messages = await holdsTheLog();
    expect(new Set(messages.map((message) => message.event.id)).size).toBe(messages.length);
  });

  it('refuses a zombie that wakes after another one led', async () => {
    await record(10);
    const zombie = await stream.ensure().then(() => stream.tail());
    const stale = await log.read(0, 10);
    start();
    await holdsTheLog();
    await expect(stream.publish(stale, zombie.sequence)).rejects.toThrow('wrong last sequence');
    await holdsTheLog();
  });

  it('hands the lead over when the leader’s connection is killed, and leads one at a time', async () => {
    start();
    start();
    for (let turn = 0; turn < 4; turn++) {
      await record(10);
      await holdsTheLog();
      const leaders = await database.sql(
        `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
         WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'keyturn-relay' AND a.datname = current_database()`,
      );
      expect(leaders.length).toBe(1);
      await expect
        .poll(
          () =>
            database.sql(
              `SELECT count(*)::int AS leaders FROM pg_locks l JOIN pg_stat_activity a USING (pid)
               WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'keyturn-relay' AND a.datname = current_database()`,
            ),
          { timeout: 5_000 },
        )
        .toEqual([{ leaders: 1 }]);
    }
    await record(10);
    await holdsTheLog();
  });

  it('goes on after NATS was killed and came back', async () => {
    expect.hasAssertions();
    start();
    await record(20);
    await holdsTheLog();
    await nats.kill();
    await record(20);
    await nats.restart();
    await holdsTheLog();
  });

  it('fills a stream whose store was rolled back to an old copy', async () => {
    expect.hasAssertions();
    start();
    await record(20);
    await holdsTheLog();
    await nats.kill();
    await nats.saveStore();
    await nats.restart();
    await record(20);
    await holdsTheLog();
    await nats.kill();
    await nats.rollStoreBack();
    await nats.restart();
    await holdsTheLog();
    await record(5);
    await holdsTheLog();
  }, 60_000);

  it('holds nothing up when a listener throws', async () => {
    expect.hasAssertions();
    await record(5);
    start({
      onPublished: () => {
        throw new Error('a listener’s bug');
      },
    });
    await holdsTheLog();
  });
});
