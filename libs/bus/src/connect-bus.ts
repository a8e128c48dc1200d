import { setTimeout as pause } from 'node:timers/promises';
import { systemClock, type Clock, type Sensitive } from '@keyturn/kernel';
import { inboxPrefix as prefixOf } from '@keyturn/contracts';
import { noTracer, type Logger, type Tracer } from '@keyturn/telemetry';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { natsBus, type NatsBus } from './nats-bus.ts';
import { tracedBus } from './traced-bus.ts';

export type BusSettings = {
  readonly url: string;
  /** A creds file's text (user JWT and seed). A function is asked anew at every reconnect, for JWTs that live for minutes. */
  readonly creds: Sensitive<string> | (() => Sensitive<string>);
  /** The identity's name: shown by NATS, and the inbox prefix `_INBOX_<name>` that only it may hear. */
  readonly name: string;
  readonly log: Logger;
  readonly inboxPrefix?: string;
  readonly clock?: Clock;
  /** Makes the spans of what is sent and heard; none if not said. */
  readonly tracer?: Tracer;
  /** Gives up the first connect; without it that goes on for ever. */
  readonly signal?: AbortSignal;
};

const RETRY_MS = 250;
const RETRY_JITTER_MS = 250;
const encoder = new TextEncoder();

/**
 * Connects, and stays connected for ever: the first connect and every later one are tried again after short jittered waits, refused
 * credentials included (the server may not know them yet). Each failure is logged.
 */
export const connectBus = async (settings: BusSettings): Promise<NatsBus> => {
  const { log, clock = systemClock, tracer = noTracer, signal, name, url, inboxPrefix = prefixOf(name) } = settings;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const connection = await openConnection({ ...settings, inboxPrefix });
      log.info('bus.connected', { name, server: connection.getServer() });
      return tracedBus(natsBus({ connection, inboxPrefix, log, clock }), tracer);
    } catch (error) {
      log.warn('bus.connect-failed', { name, url, error });
    }
    await pause(RETRY_MS + Math.random() * RETRY_JITTER_MS, undefined, { signal });
  }
};

const openConnection = ({ url, creds, name, inboxPrefix }: BusSettings & { readonly inboxPrefix: string }): Promise<NatsConnection> =>
  connect({
    servers: url,
    name,
    inboxPrefix,
    // A creds file without its last line break, as trimmed secrets are, would not parse.
    authenticator: credsAuthenticator(() => encoder.encode(`${(typeof creds === 'function' ? creds() : creds).reveal()}\n`)),
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: RETRY_JITTER_MS,
    timeout: 5000,
    noAsyncTraces: true, // else each request and each publish makes two errors with stacks beforehand: 3 % of a busy vault's time
    pingInterval: 10_000, // a half-open connection is noticed within 30 s instead of 6 min
  });
