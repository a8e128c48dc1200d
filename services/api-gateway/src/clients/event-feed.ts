import type { StreamedEvent } from '@keyturn/contracts/api';

/** One event, already in the words of SSE. */
export type FeedFrame = { readonly position: number; readonly credentialId: string | null; readonly text: string };

/** Hears frames in order. False says: no more, I can't keep up. */
export type FeedListener = { hear(frame: FeedFrame): boolean; close(): void };

export type Subscribed =
  | { readonly ok: true; readonly missed: readonly FeedFrame[] | 'too-many'; stop(): void }
  | { readonly ok: false; readonly why: 'full' | 'closed' };

/** One reader of the stream, heard by all open connections. */
export interface EventFeed {
  /** Takes the next event of the log; those that are not newer are dropped, and one that leaves a gap makes it forget first. */
  push(event: StreamedEvent): void;
  /** `missed`: what came after `after`, from memory; `too-many` where memory does not reach back that far. */
  subscribe(listener: FeedListener, after: number | null): Subscribed;
  /** Events may have been missed: ends every connection, so that each comes again and is told to read anew. */
  forget(): void;
  isConnected(): boolean;
  setConnected(connected: boolean): void;
  /** Ends every connection and takes no new one. */
  close(): void;
}

export type FeedLimits = { readonly remembered: number; readonly listeners: number };
const DEFAULT_LIMITS: FeedLimits = { remembered: 2000, listeners: 1000 };

export const eventFeed = (limits: FeedLimits = DEFAULT_LIMITS): EventFeed => {
  const frames: FeedFrame[] = [];
  const listeners = new Set<FeedListener>();
  let connected = false;
  let closed = false;
  const forget = (): void => {
    frames.length = 0;
    for (const listener of listeners) drop(listener);
  };
  const drop = (listener: FeedListener): void => {
    if (listeners.delete(listener)) listener.close();
  };
  return {
    push: (event) => {
      const newest = frames.at(-1)?.position ?? 0;
      if (event.position <= newest) return;
      if (newest > 0 && event.position > newest + 1) forget();
      const frame = frameOf(event);
      frames.push(frame);
      if (frames.length > limits.remembered) frames.shift();
      for (const listener of listeners) if (!listener.hear(frame)) drop(listener);
    },
    subscribe: (listener, after) => {
      if (closed) return { ok: false, why: 'closed' };
      if (listeners.size >= limits.listeners) return { ok: false, why: 'full' };
      listeners.add(listener);
      return { ok: true, missed: missedSince(frames, after), stop: () => void listeners.delete(listener) };
    },
    forget,
    isConnected: () => connected,
    setConnected: (now) => {
      connected = now;
    },
    close: () => {
      closed = true;
      for (const listener of listeners) drop(listener);
    },
  };
};

const frameOf = (event: StreamedEvent): FeedFrame => ({
  position: event.position,
  credentialId: event.credentialId,
  text: `id: ${event.position}\ndata: ${JSON.stringify(event)}\n\n`,
});

/** Complete only if memory holds the very next position, or nothing came since. */
const missedSince = (frames: readonly FeedFrame[], after: number | null): readonly FeedFrame[] | 'too-many' => {
  if (after === null) return [];
  const [oldest] = frames;
  const newest = frames.at(-1);
  if (!oldest || !newest || after > newest.position) return 'too-many'; // we know nothing of that position: it may be from another log
  if (oldest.position > after + 1) return 'too-many';
  return frames.filter((frame) => frame.position > after);
};
