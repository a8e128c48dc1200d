import { HEADERS, STREAM_NAME } from '@keyturn/contracts';
import { extract, noTracer, type Logger, type Tracer } from '@keyturn/telemetry';
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EventSource, ReadFrom } from '../../ports/event-source.ts';
import { batches } from './batches.ts';

/** The live events have one durable, a rebuild another (the table of NATS permissions names both). */
export const DURABLES = { live: 'audit', rebuild: 'audit-rebuild' } as const;
const ACK_WAIT_NANOS = 30_000_000_000;
const LARGEST_BATCH = 256;
const MISSED_HEARTBEATS = 2;

export type EventSourceOptions = {
  readonly connection: NatsConnection;
  readonly log: Logger;
  readonly durable?: string;
  readonly tracer?: Tracer;
};

/**
 * The stream behind a durable pull consumer, read in order. Acknowledging the last message of a batch acknowledges those before it. The
 * durable's own place is only a convenience: the checkpoint in the database decides what is new, so it may be deleted at any time.
 */
export const natsEventSource = ({ connection, log, durable = DURABLES.live, tracer = noTracer }: EventSourceOptions): EventSource => ({
  read: async (from, take, signal) => {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    await placeDurable(manager, durable, from);
    const consumer = await jetstream(connection).consumers.get(STREAM_NAME, durable);
    const messages = await consumer.consume({ max_messages: 2 * LARGEST_BATCH });
    const stop = (): void => messages.stop();
    signal.addEventListener('abort', stop, { once: true });
    void stopWhenLost(messages, log);
    try {
      // Aborted while the consumer was being placed: nobody would stop the loop below.
      if (signal.aborted || (await take([])) === 'stop') return;
      for await (const batch of batches<JsMsg>(messages, LARGEST_BATCH)) {
        const taking = take(batch.map((message) => ({ sequence: message.seq, subject: message.subject, text: message.string() })));
        for (const message of batch) traceTaking(tracer, message, taking);
        const verdict = await taking;
        if (verdict === 'stop') return;
        batch.at(-1)?.ack();
      }
    } finally {
      signal.removeEventListener('abort', stop);
      messages.stop();
    }
  },
});

/** A batch is taken as one, yet each event of it belongs to the trace of its own command. */
const traceTaking = (tracer: Tracer, { subject, headers }: JsMsg, taking: Promise<unknown>): void => {
  const parent = extract({ traceparent: headers?.get(HEADERS.traceparent) }) ?? 'none';
  const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': subject };
  tracer.continue(`${subject} project`, { kind: 'consumer', parent, attributes }, () => taking).catch(() => undefined); // thrown where it is awaited
};

/** A durable's start can't be moved, only chosen anew. */
const placeDurable = async (manager: JetStreamManager, durable: string, from: ReadFrom): Promise<void> => {
  if (from !== 'where-it-was') await manager.consumers.delete(STREAM_NAME, durable).catch(() => false);
  const start =
    from === 'where-it-was' || from.sequence <= 1
      ? { deliver_policy: DeliverPolicy.All }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from.sequence };
  const exists = from === 'where-it-was' && (await manager.consumers.info(STREAM_NAME, durable).catch(() => null)) !== null;
  if (exists) return; // it may have been made with another start: asking again with this one would be refused
  await manager.consumers.add(STREAM_NAME, {
    durable_name: durable,
    ack_policy: AckPolicy.All,
    ack_wait: ACK_WAIT_NANOS,
    max_ack_pending: 4 * LARGEST_BATCH,
    ...start,
  });
};

/** nats.js goes on pulling from a consumer that is gone, and can idle for ever after a server restart: either ends this read. */
const stopWhenLost = async (messages: ConsumerMessages, log: Logger): Promise<void> => {
  for await (const status of messages.status()) {
    const silent = status.type === 'heartbeats_missed' && status.count >= MISSED_HEARTBEATS;
    const gone = ['consumer_deleted', 'consumer_not_found', 'stream_not_found'].includes(status.type);
    if (!silent && !gone) continue;
    log.warn('audit.stream-lost', { status: status.type });
    messages.stop();
  }
};
