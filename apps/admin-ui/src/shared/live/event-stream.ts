import { LIVE_EVENT_TYPES, parseLiveEvent } from './live-event.ts';
import type { LiveEvent } from './live-event.ts';

export type StreamState = 'connecting' | 'live' | 'lost';

type Options = {
  readonly url: string;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onState: (state: StreamState) => void;
};

const RETRY_MS = [500, 1000, 2000, 4000] as const;
const LONGEST_RETRY_MS = 5000;

/**
 * An `EventSource` that never gives up: the browser's own ends for good at the first HTTP error (a gateway that restarts answers 503), so
 * every error closes it and opens a new one a little later. Events missed meanwhile are not replayed: who listens reads anew on `live`.
 */
export const openEventStream = ({ url, onEvent, onState }: Options): { close: () => void } => {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  const hear = (message: MessageEvent<string>): void => {
    const event = parseLiveEvent(message.data);
    if (event !== null) onEvent(event);
  };
  const connect = (): void => {
    const opened = new EventSource(url);
    source = opened;
    opened.addEventListener('open', () => {
      failures = 0;
      onState('live');
    });
    opened.addEventListener('error', () => {
      opened.close();
      onState('lost');
      timer = setTimeout(connect, RETRY_MS[failures] ?? LONGEST_RETRY_MS);
      failures += 1;
    });
    opened.addEventListener('resync', () => onState('live'));
    for (const type of ['message', ...LIVE_EVENT_TYPES]) opened.addEventListener(type, hear);
  };
  onState('connecting');
  connect();
  return {
    close: () => {
      clearTimeout(timer);
      source?.close();
    },
  };
};
