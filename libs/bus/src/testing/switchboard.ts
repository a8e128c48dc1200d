import type { RawRequest } from '../answer-request.ts';
import type { BusStatus, Headers } from '../bus.ts';
import { subjectMatches } from './subject-matches.ts';

export type Listener = {
  readonly pattern: string;
  readonly queue: string | undefined;
  readonly hear: (subject: string, bytes: Uint8Array, headers: Headers, respond?: RawRequest['respond']) => void;
};

/** Who listens to what, and whether anybody is connected: the part of a NATS server that all its clients share. */
export const switchboard = () => {
  const listeners = new Set<Listener>();
  const statusListeners = new Set<(status: BusStatus) => void>();
  let connected = true;
  return {
    listeners,
    statusListeners,
    isConnected: () => connected,
    setConnected: (now: boolean): void => {
      connected = now;
      statusListeners.forEach((listener) => listener(now ? 'connected' : 'disconnected'));
    },
    /** All that hear the subject: of each queue only one, and each of it in turn. */
    hearers: (subject: string): readonly Listener[] => {
      const matching = [...listeners].filter(({ pattern }) => subjectMatches(pattern, subject));
      const isFirstOfQueue = (queue: string, at: number): boolean => matching.findIndex((other) => other.queue === queue) === at;
      const chosen = matching.filter(({ queue }, at) => queue === undefined || isFirstOfQueue(queue, at));
      for (const each of chosen) {
        listeners.delete(each);
        listeners.add(each); // last now: the next one of its queue comes first
      }
      return chosen;
    },
  };
};
export type Switchboard = ReturnType<typeof switchboard>;
