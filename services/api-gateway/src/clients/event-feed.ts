import type { StreamedEvent } from '@keyturn/contracts/api';
import { z } from 'zod';

/** An event of the log. `read` answers null where it can't be read; it is called when somebody wants to hear it, and only then. */
export type FedEvent = { readonly position: number; readonly read: () => StreamedEvent | null };

/** One event, in the words of SSE as soon as it is asked for them. */
export type FeedFrame = { readonly position: number; readonly told: () => ToldEvent | null };
export type ToldEvent = {
  readonly credentialId: string | null;
  /** Whose it is; null: nobody's. */
  readonly scope: string | null;
  readonly text: (telling: Telling) => string;
};
/** All that it says, or only that it happened, when, and to which credential. */
export type Telling = 'whole' | 'bare';

/** Hears frames in order. False says: no more, I can't keep up. */
export type FeedListener = { hear(frame: FeedFrame): boolean; close(): void };

export type Subscribed =
  | { readonly ok: true; readonly missed: readonly FeedFrame[] | 'too-many'; stop(): void }
  | { readonly ok: false; readonly why: 'full' | 'closed' };

/** One reader of the stream, heard by all open connections. */
export interface EventFeed {
  /** Takes the next event of the log; those that are not newer are dropped, and one that leaves a gap makes it forget first. */
  push(event: FedEvent): void;
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

/** With nobody listening, reading the log would be most of what a gateway does beside its requests. */
const frameOf = ({ position, read }: FedEvent): FeedFrame => {
  let told: ToldEvent | null | undefined;
  const tell = (): ToldEvent | null => {
    const event = read();
    if (event === null) return null;
    const texts: Partial<Record<Telling, string>> = {};
    const text = (telling: Telling): string =>
      (texts[telling] ??= `id: ${position}\ndata: ${JSON.stringify(telling === 'whole' ? event : bareOf(event))}\n\n`);
    return { credentialId: event.credentialId, scope: scopeOf(event), text };
  };
  return { position, told: () => (told === undefined ? (told = tell()) : told) };
};

/** Of a refusal, an address is what somebody asked for, not what there is. */
const bareOf = (event: StreamedEvent): StreamedEvent => ({
  ...event,
  address: event.credentialId === null ? null : event.address,
  data: null,
});

const Scoped = z.object({ scope: z.string() });
const scopeOf = ({ address, data }: StreamedEvent): string | null => address?.split('.')[0] ?? Scoped.safeParse(data).data?.scope ?? null;

/** Complete only if memory holds the very next position, or nothing came since. */
const missedSince = (frames: readonly FeedFrame[], after: number | null): readonly FeedFrame[] | 'too-many' => {
  if (after === null) return [];
  const [oldest] = frames;
  const newest = frames.at(-1);
  if (!oldest || !newest || after > newest.position) return 'too-many'; // we know nothing of that position: it may be from another log
  if (oldest.position > after + 1) return 'too-many';
  return frames.filter((frame) => frame.position > after);
};
