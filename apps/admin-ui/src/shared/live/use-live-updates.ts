import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { credentialKeys, keyOfPart } from '../api/credential-keys.ts';
import { openEventStream } from './event-stream.ts';
import type { StreamState } from './event-stream.ts';
import { touchedBy } from './live-event.ts';
import { gatherTrailing } from './trailing.ts';

const GATHER_MS = 100;
const POLL_MS = 2000;
/** Browsers allow few connections to one host over HTTP/1.1, and every open tab would hold one. */
const HIDDEN_FOR_MS = 20_000;

export type Live = {
  readonly state: StreamState;
  /** The log's position that the newest event came from: a projection that is behind it is worth asking again. */
  readonly position: number;
};

/** Whether this tab has been looked at within the last seconds. */
const useIsWatched = (): boolean => {
  const [watched, setWatched] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => setWatched(false), HIDDEN_FOR_MS);
      else setWatched(true);
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return watched;
};

/**
 * Keeps what a page shows true: each event reads anew exactly what it touched, at most ten times a second. While the stream is down
 * everything on the page is polled, and when it is back everything is read once, because what was missed is not replayed.
 */
export const useLiveUpdates = (credentialId?: string): Live => {
  const client = useQueryClient();
  const watched = useIsWatched();
  const [state, setState] = useState<StreamState>('connecting');
  const [position, setPosition] = useState(0);

  useEffect(() => {
    if (!watched) return undefined;
    const refresh = gatherTrailing<string>(
      (keys) => {
        for (const key of keys) void client.invalidateQueries({ queryKey: JSON.parse(key) });
      },
      GATHER_MS,
      setTimeout,
    );
    const stream = openEventStream({
      url: credentialId === undefined ? '/api/v1/events' : `/api/v1/events?credentialId=${encodeURIComponent(credentialId)}`,
      onEvent: (event) => {
        setPosition((last) => Math.max(last, event.position));
        const keys = touchedBy(event.type).map((part) => keyOfPart(part, event.credentialId));
        refresh(keys.filter((key) => key !== null).map((key) => JSON.stringify(key)));
      },
      onState: (next) => {
        setState(next);
        if (next === 'live') void client.invalidateQueries({ queryKey: credentialKeys.all });
      },
    });
    return () => stream.close();
  }, [client, credentialId, watched]);

  useEffect(() => {
    if (state !== 'lost' || !watched) return undefined;
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: credentialKeys.all }), POLL_MS);
    return () => clearInterval(timer);
  }, [client, state, watched]);

  return { state, position };
};
