import { type JetStreamManager, JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { toNats, type NatsHeaders } from '@keyturn/bus';
import { PublishedEvent, type Recorded } from '@keyturn/contracts/events';
import { extract, noTracer, type Tracer } from '@keyturn/telemetry';
import { type AckedPublisher, ackedPublisher } from './acked-publisher.ts';
import { HEADERS, LOG_SUBJECTS, logSubject, STREAM_NAME } from '@keyturn/contracts/subjects';

/**
 * Short, because the expected last sequence is what fences. A longer one would hurt: an emptied stream still remembers the ids, and answers
 * `duplicate` to what it no longer has.
 */
const DUPLICATE_WINDOW_NANOSECONDS = 1_000_000_000;

/** Asking again is cheap and safe, so waiting long for a server that may be gone is not worth it. */
const TIMEOUT_MS = 2_000;

export type EventStreamOptions = {
  readonly nats: NatsConnection;
  /** Under which this identity may hear answers. */
  readonly inboxPrefix: string;
  readonly tracer?: Tracer;
  readonly maxBytes?: number;
  readonly replicas?: number;
};

/** Where the stream stands: its last event, and whether it holds every event up to it. */
export type StreamTail = {
  readonly sequence: number;
  readonly last: { readonly position: number; readonly hash: string } | null;
  readonly messages: number;
};

export interface EventStream {
  /** Creates the stream if it is missing. */
  ensure(): Promise<void>;
  tail(): Promise<StreamTail>;
  /**
   * Publishes in order behind `sequence`, and only there; resolves when the stream has all of them. Rejects where it isn't known that it has:
   * it may then have taken the first few, or, where somebody else published meanwhile, none.
   */
  publish(events: readonly Recorded[], sequence: number): Promise<void>;
  /** Removes what stands up to `sequence`, and nothing newer. */
  empty(sequence: number): Promise<void>;
}

const toPublished = (event: Recorded): PublishedEvent => ({
  specversion: '1.0',
  id: `${event.meta.incarnation}.${event.position}`,
  source: '/keyturn/vault',
  type: event.type,
  subject: event.stream,
  time: event.recordedAt,
  datacontenttype: 'application/json',
  data: event,
});

const headersOf = (published: PublishedEvent, sequence: number, traceparent: string | undefined): NatsHeaders => {
  const { position, meta } = published.data;
  return toNats({
    'Nats-Msg-Id': published.id,
    'Nats-Expected-Last-Sequence': String(sequence),
    [HEADERS.position]: String(position),
    [HEADERS.commandId]: meta.commandId,
    ...(traceparent !== undefined && { [HEADERS.traceparent]: traceparent }),
  });
};

/** The stream must hold the whole log; the disk is the limit, and the account's. */
const NO_LIMIT = -1;

const ensureStream = async (manager: JetStreamManager, { maxBytes, replicas }: EventStreamOptions): Promise<void> => {
  const limits = { max_bytes: maxBytes ?? NO_LIMIT, num_replicas: replicas ?? 1, duplicate_window: DUPLICATE_WINDOW_NANOSECONDS };
  try {
    const { config } = await manager.streams.info(STREAM_NAME);
    const same = config.max_bytes === limits.max_bytes && config.num_replicas === limits.num_replicas;
    if (!same || config.duplicate_window !== limits.duplicate_window) await manager.streams.update(STREAM_NAME, { ...config, ...limits });
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound) throw error;
    await manager.streams.add({
      name: STREAM_NAME,
      subjects: [LOG_SUBJECTS],
      storage: 'file',
      retention: 'limits',
      discard: 'new',
      ...limits,
    });
  }
};

const readTail = async (manager: JetStreamManager): Promise<StreamTail> => {
  const { state } = await manager.streams.info(STREAM_NAME);
  // By its sequence, not as the newest: both answers must be of one moment, or a publish in between would look like a loss.
  const message = state.messages > 0 ? await manager.streams.getMessage(STREAM_NAME, { seq: state.last_seq }) : null;
  const parsed = message ? PublishedEvent.safeParse(message.json()) : null;
  const last = parsed?.success ? { position: parsed.data.data.position, hash: parsed.data.data.hash } : null;
  return { sequence: state.last_seq, last, messages: state.messages };
};

/** One event as a message behind `sequence`, inside the trace of the command that made it; who hears it continues from here. */
const send = <T>(
  tracer: Tracer,
  event: Recorded,
  sequence: number,
  how: (subject: string, payload: Uint8Array, headers: NatsHeaders) => T,
): T => {
  const { type, position, meta } = event;
  const subject = logSubject(type);
  const published = toPublished(event);
  const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': subject, 'keyturn.position': position };
  return tracer.continue(`${subject} publish`, { kind: 'producer', parent: extract(meta) ?? 'none', attributes }, () =>
    how(subject, Buffer.from(JSON.stringify(published)), headersOf(published, sequence, tracer.active()?.traceparent ?? meta.traceparent)),
  );
};

type Publishing = { readonly nats: NatsConnection; readonly publisher: AckedPublisher; readonly tracer: Tracer };

/**
 * Only the last one asks for an answer: each names the sequence that it must follow, so a stream that took the last took all before it, and
 * one that refused any takes none behind it.
 */
const publishBehind = async ({ nats, publisher, tracer }: Publishing, events: readonly Recorded[], sequence: number): Promise<void> => {
  const last = events.length - 1;
  for (const [index, event] of events.entries()) {
    if (index < last) {
      send(tracer, event, sequence + index, (subject, payload, headers) => nats.publish(subject, payload, headers));
      continue;
    }
    const ack = await send(tracer, event, sequence + index, publisher.publish);
    // A duplicate's answer carries an old sequence: the message isn't where it must be.
    if (ack.seq !== sequence + events.length) {
      throw new Error(`event ${event.position} is at ${ack.seq} of the stream, not at ${sequence + events.length}`);
    }
  }
};

/** JetStream's `KEYTURN_EVENTS`, of which the relay is the only publisher. */
export const jetStreamEventStream = async (options: EventStreamOptions): Promise<EventStream> => {
  const manager = await jetstreamManager(options.nats, { checkAPI: false, timeout: TIMEOUT_MS });
  const publisher = ackedPublisher(options.nats, { timeoutMs: TIMEOUT_MS, inboxPrefix: options.inboxPrefix });
  const tracer = options.tracer ?? noTracer;
  return {
    ensure: () => ensureStream(manager, options),
    tail: () => readTail(manager),
    publish: (events, sequence) => publishBehind({ nats: options.nats, publisher, tracer }, events, sequence),
    empty: async (sequence) => {
      await manager.streams.purge(STREAM_NAME, { seq: sequence + 1 });
    },
  };
};
