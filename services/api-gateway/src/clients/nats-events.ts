import type { Bus } from '@keyturn/bus';
import { LOG_SUBJECTS } from '@keyturn/contracts';
import type { StreamedEvent } from '@keyturn/contracts/api';
import { PublishedEvent } from '@keyturn/contracts/events';
import type { Logger } from '@keyturn/telemetry';
import { z } from 'zod';
import type { EventFeed } from './event-feed.ts';

export type EventsDeps = { readonly bus: Pick<Bus, 'subscribe' | 'onStatus'>; readonly feed: EventFeed; readonly log: Logger };

/**
 * Hears the log as the relay publishes it, into the feed. A plain subscription: JetStream delivers wherever it is asked to, permissions or
 * not, so whoever may use its API may speak on every subject, and the edge is not to (ADR-0010). What a break of the connection loses is
 * seen as a gap, and after every break the feed begins anew, so each page reads the truth again.
 */
export const hearEvents = ({ bus, feed, log }: EventsDeps): { stop(): Promise<void> } => {
  const subscribed = bus.subscribe(LOG_SUBJECTS, ({ subject, payload }) => {
    const published = PublishedEvent.safeParse(payload);
    // What can't be read is skipped: the page reads the truth from the vault, this only says when.
    if (published.success) feed.push(streamedEvent(published.data));
    else log.error('events.unreadable', { subject });
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
