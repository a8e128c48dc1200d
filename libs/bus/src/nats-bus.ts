import type { Clock } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { answerRequest, respondError, type RawRequest } from './answer-request.ts';
import type { Bus } from './bus.ts';
import { encode, incoming } from './codec.ts';
import { fromNats, toNats } from './nats-headers.ts';
import { natsListeners } from './nats-listen.ts';
import { natsRequest } from './nats-request.ts';
import { watchStatus } from './watch-status.ts';

/** A bus on a NATS connection, which JetStream needs too. */
export type NatsBus = Bus & { readonly connection: NatsConnection };

const DEFAULT_CONCURRENCY = 64;
const INBOX = '_INBOX';
const DEFAULT_MAX_PAYLOAD = 1024 * 1024;

/** Puts a bus on an open connection; `connectBus` opens one. */
export const natsBus = ({ connection, log, clock }: { connection: NatsConnection; log: Logger; clock: Clock }): NatsBus => {
  const { onStatus, isConnected } = watchStatus(connection, log);
  const { listen, stopAll } = natsListeners({ connection, log, isConnected });
  const answering = { clock, log, maxReplyBytes: () => connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD };

  return {
    connection,
    onStatus,
    isConnected,
    request: natsRequest({ connection, clock, isConnected }),
    serve: (subject, { queue, concurrency = DEFAULT_CONCURRENCY }, handler) =>
      listen(subject, {
        queue,
        concurrency,
        run: (msg) => answerRequest(rawRequest(msg), handler, answering),
        overflow: (msg) => respondError(rawRequest(msg), '503'),
      }),
    subscribe: (subject, handler) =>
      listen(subject, {
        concurrency: 1,
        run: async (msg) => {
          try {
            await handler(incoming(msg.subject, msg.data, fromNats(msg.headers)));
          } catch (error) {
            log.error('bus.notice-failed', { subject: msg.subject, error });
          }
        },
        overflow: (msg) => log.warn('bus.notice-dropped', { subject: msg.subject }),
      }),
    publish: (subject, payload, headers) => connection.publish(subject, encode(payload), { headers: toNats(headers ?? {}) }),
    flush: () => connection.flush(),
    drain: async () => {
      await stopAll();
      if (isConnected()) await connection.drain();
      else await connection.close();
    },
    close: () => connection.close(),
  };
};

const rawRequest = (msg: Msg): RawRequest => ({
  subject: msg.subject,
  bytes: msg.data,
  headers: fromNats(msg.headers),
  respond: (bytes, headers) => {
    // An asker may name any subject to answer on, whatever it may publish itself; a service is not to speak there for it.
    if (msg.reply?.startsWith(INBOX) ?? false) msg.respond(bytes, { headers: toNats(headers) });
  },
});
