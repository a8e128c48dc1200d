import type { Bus } from '@keyturn/bus';
import { noticeSubject } from '@keyturn/contracts/subjects';
import type { Wire } from '../ports/wire.ts';

/** Short enough that a request to a dead replica doesn't make the lease silent. */
const REQUEST_TIMEOUT_MS = 5_000;

/** The wire over NATS. */
export const busWire = (bus: Bus): Wire => ({
  request: (subject, message) => bus.request(subject, message, { timeoutMs: REQUEST_TIMEOUT_MS }),
  hear: (address, listener) => {
    const subscribed = bus.subscribe(noticeSubject(address, '*'), ({ subject, payload }) =>
      listener(subject.slice(subject.lastIndexOf('.') + 1), payload),
    );
    return () => void subscribed.stop();
  },
  onReconnect: (listener) => {
    bus.onStatus((status) => {
      if (status === 'connected') listener();
    });
  },
  isConnected: bus.isConnected,
  flush: () => bus.flush(),
  close: () => bus.drain(),
});
