import { type Query, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { credentialKeys, keyOfPart } from '../api/credential-keys.ts';
import { openEventStream } from './event-stream.ts';
import type { StreamState } from './event-stream.ts';
import { touchedBy } from './live-event.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { isPolled, isReadAnew } from './read-anew.ts';
import { gatherTrailing } from './trailing.ts';

const GATHER_MS = 100;
const POLL_MS = 2000;
const EVERYTHING = JSON.stringify(credentialKeys.all);
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

  const { refresh, poll } = useMemo(() => {
    const readingAll = (predicate: (query: Query) => boolean) =>
      oneAtATime((key) => client.invalidateQueries({ queryKey: JSON.parse(key), predicate }));
    return { refresh: readingAll(isReadAnew), poll: readingAll(isPolled) };
  }, [client]);

  useEffect(() => {
    if (!watched) return undefined;
    const gather = gatherTrailing<string>((keys) => void Promise.all([...keys].map(refresh)), GATHER_MS, setTimeout);
    const stream = openEventStream({
      url: credentialId === undefined ? '/api/v1/events' : `/api/v1/events?credentialId=${encodeURIComponent(credentialId)}`,
      onEvent: (event) => {
        setPosition((last) => Math.max(last, event.position));
        const keys = touchedBy(event.type).map((part) => keyOfPart(part, event.credentialId));
        gather(keys.filter((key) => key !== null).map((key) => JSON.stringify(key)));
      },
      onState: (next) => {
        setState(next);
        if (next === 'live') void refresh(EVERYTHING);
      },
    });
    return () => stream.close();
  }, [refresh, credentialId, watched]);

  useEffect(() => {
    if (state !== 'lost' || !watched) return undefined;
    const timer = setInterval(() => void poll(EVERYTHING), POLL_MS);
    return () => clearInterval(timer);
  }, [poll, state, watched]);

  return { state, position };
};
