import type { Bus, Incoming } from '@keyturn/bus';
import { HEADERS, LOG_SUBJECTS } from '@keyturn/contracts';
import type { StreamedEvent } from '@keyturn/contracts/api';
import { PublishedEvent } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';
import { z } from 'zod';
import type { EventFeed } from './event-feed.ts';

export type EventsDeps = { readonly bus: Pick<Bus, 'subscribe' | 'onStatus'>; readonly feed: EventFeed; readonly log: Logger };

const POSITION = /^[1-9]\d{0,15}$/;

/**
 * Hears the log as the relay publishes it, into the feed. A plain subscription: JetStream delivers wherever it is asked to, permissions or
 * not, so whoever may use its API may speak on every subject, and the edge is not to (ADR-0010). What a break of the connection loses is
 * seen as a gap, and after every break the feed begins anew, so each page reads the truth again.
 */
export const hearEvents = ({ bus, feed, log }: EventsDeps): { stop(): Promise<void> } => {
  // What can't be read is skipped: the page reads the truth from the vault, this only says when.
  const read = (message: Incoming): StreamedEvent | null => {
    const published = PublishedEvent.safeParse(message.payload);
    if (published.success) return streamedEvent(published.data);
    log.error('events.unreadable', { subject: message.subject });
    return null;
  };
  const subscribed = bus.subscribe(LOG_SUBJECTS, (message) => {
    const position = POSITION.test(message.headers[HEADERS.position] ?? '') ? Number(message.headers[HEADERS.position]) : null;
    if (position !== null) return feed.push({ position, read: () => read(message) });
    const event = read(message);
    if (event) feed.push({ position: event.position, read: () => event });
  });
  feed.setConnected(true);
  const unfollow = bus.onStatus((status) => {
    feed.forget();
    feed.setConnected(status === 'connected');
  });
  return {
    stop: async () => {
      unfollow();
      await subscribed.stop();
    },
  };
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
