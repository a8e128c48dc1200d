import type { EventFeed, FeedFrame } from '../clients/event-feed.ts';
import { type Hearer, tellingFor } from './heard.ts';

export type StreamRequest = {
  readonly feed: EventFeed;
  /** Who is told, so how much. */
  readonly hearer: Hearer;
  readonly credentialId: string | null;
  /** The position that the client has seen, if it says so. */
  readonly after: number | null;
  /** When the caller's session or token ends; the stream ends with it. */
  readonly lifetimeMs: number;
  readonly heartbeatMs: number;
  /** Called once, when the stream is over or there never was one. */
  readonly onEnd?: () => void;
  /** Asked at each beat: whether who opened it may hear no more. A fault ends it. */
  readonly isOver?: () => Promise<boolean>;
};

const ENCODER = new TextEncoder();
/** A connection that is this many messages behind is closed; it comes again with its `Last-Event-ID`. */
const LONGEST_QUEUE = 512;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Says: memory does not reach back to where you were; read anew what you show. */
const RESYNC = 'event: resync\ndata: {}\n\n';
const HEARTBEAT = ': beat\n\n';
const HELLO = 'retry: 1000\n: open\n\n';

/** One client's stream of server-sent events, or why there is none. */
export const openEventStream = (request: StreamRequest): ReadableStream<Uint8Array> | 'full' | 'closed' => {
  const { feed, hearer, credentialId, after, lifetimeMs, heartbeatMs, onEnd = () => undefined, isOver } = request;
  const out = boundedStream(LONGEST_QUEUE);
  /** What the client is told of it; null where it is not its concern. */
  const textOf = (frame: FeedFrame): string | null => {
    const told = frame.told();
    if (told === null || (credentialId !== null && told.credentialId !== credentialId)) return null;
    const telling = tellingFor(hearer, told.scope);
    return telling && told.text(telling);
  };
  const hear = (frame: FeedFrame): boolean => {
    const text = textOf(frame);
    return text === null || out.write(text);
  };
  const subscribed = feed.subscribe({ hear, close: () => out.end() }, after);
  if (!subscribed.ok) {
    onEnd();
    return subscribed.why;
  }
  const { missed } = subscribed;
  const replay = missed === 'too-many' ? RESYNC : missed.map((frame) => textOf(frame) ?? '').join('');
  out.write(HELLO + replay);
  const endIfOver = async (): Promise<void> => {
    if (await isOver?.().catch(() => true)) out.end();
  };
  const heart = setInterval(() => {
    if (out.write(HEARTBEAT)) void endIfOver();
    else out.end();
  }, heartbeatMs);
  const death = setTimeout(() => out.end(), Math.min(lifetimeMs, LONGEST_TIMER_MS));
  out.onEnd(() => {
    clearInterval(heart);
    clearTimeout(death);
    subscribed.stop();
    onEnd();
  });
  return out.stream;
};

type BoundedStream = {
  readonly stream: ReadableStream<Uint8Array>;
  /** False when the reader is too far behind, or gone. */
  write(text: string): boolean;
  end(): void;
  onEnd(listener: () => void): void;
};

/** A stream whose unread chunks are counted: a slow reader costs a bounded amount of memory. */
const boundedStream = (limit: number): BoundedStream => {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let ended: (() => void) | null = null;
  const finish = (): boolean => {
    const wasOpen = controller !== null;
    controller = null;
    if (wasOpen) ended?.();
    return wasOpen;
  };
  const start = (started: ReadableStreamDefaultController<Uint8Array>): void => {
    controller = started;
  };
  const stream = new ReadableStream<Uint8Array>({ start, cancel: () => void finish() }, new CountQueuingStrategy({ highWaterMark: limit }));
  return {
    stream,
    write: (text) => {
      if (controller === null || (controller.desiredSize ?? 0) <= 0) return false;
      controller.enqueue(ENCODER.encode(text));
      return true;
    },
    end: () => {
      const open = controller;
      if (finish()) open?.close();
    },
    onEnd: (listener) => {
      ended = listener;
    },
  };
};
