import { STREAM_NAME } from '@keyturn/contracts';
import type { StreamedEvent } from '@keyturn/contracts/api';
import { PublishedEvent } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';
import { type ConsumerMessages, DeliverPolicy, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { EventFeed } from './event-feed.ts';

export type ReaderDeps = { readonly connection: NatsConnection; readonly feed: EventFeed; readonly log: Logger };

/** How far back memory is filled at the start, so that who was connected to the last process can resume here. */
const BACKLOG = 1000;
const RETRY_MS = 500;
const IDLE_HEARTBEAT_MS = 5000;
const MISSED_HEARTBEATS = 2;

/**
 * Reads the event stream into the feed for as long as the signal lets it. The consumer is ordered and leaves nothing behind. nats.js can
 * idle for ever after the server restarts or the stream is made anew, so silence, too, ends the read, and another begins.
 */
export const readEvents = async ({ connection, feed, log }: ReaderDeps, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted && !connection.isClosed()) {
    try {
      await readOnce({ connection, feed, log }, signal);
    } catch (fault) {
      log.warn('events.read-failed', { error: fault });
    }
    feed.setConnected(false);
    await waitFor(RETRY_MS, signal);
  }
};

const readOnce = async ({ connection, feed, log }: ReaderDeps, signal: AbortSignal): Promise<void> => {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const { state } = await manager.streams.info(STREAM_NAME);
  const consumer = await jetstream(connection).consumers.get(STREAM_NAME, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, state.first_seq, state.last_seq - BACKLOG),
  });
  const messages = await consumer.consume({ idle_heartbeat: IDLE_HEARTBEAT_MS });
  const stop = (): void => messages.stop();
  signal.addEventListener('abort', stop, { once: true });
  feed.setConnected(true);
  void stopWhenSilent(messages);
  try {
    for await (const message of messages) take(message, feed, log);
  } finally {
    signal.removeEventListener('abort', stop);
    await consumer.delete().catch(() => false); // it would also vanish by itself
  }
};

const stopWhenSilent = async (messages: ConsumerMessages): Promise<void> => {
  for await (const status of messages.status()) {
    const silent = status.type === 'heartbeats_missed' && status.count >= MISSED_HEARTBEATS;
    if (silent || status.type === 'stream_not_found' || status.type === 'consumer_deleted') messages.stop();
  }
};

/** What can't be read is skipped: the page reads the truth from the vault, this only says when. */
const take = (message: JsMsg, feed: EventFeed, log: Logger): void => {
  try {
    feed.push(streamedEvent(PublishedEvent.parse(message.json())));
  } catch (fault) {
    log.error('events.unreadable', { sequence: message.seq, error: fault });
  }
};

const About = z.object({ credentialId: z.string().nullable().catch(null), address: z.string().nullable().catch(null) }).catch({
  credentialId: null,
  address: null,
});

export const streamedEvent = ({ data: recorded }: PublishedEvent): StreamedEvent => ({
  position: recorded.position,
  type: recorded.type,
  at: recorded.recordedAt,
  ...About.parse(recorded.data),
  data: recorded.data,
});

const waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
