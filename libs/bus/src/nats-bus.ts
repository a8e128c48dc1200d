import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { answerRequest, respondError, type RawRequest } from './answer-request.ts';
import type { Bus, Headers } from './bus.ts';
import { encode, incoming } from './codec.ts';
import { natsAsker } from './nats-asker.ts';
import { fromNats, toNats } from './nats-headers.ts';
import { natsListeners } from './nats-listen.ts';
import { natsRequest } from './nats-request.ts';
import { together } from './together.ts';
import { watchStatus } from './watch-status.ts';

/** A bus on a NATS connection, which JetStream needs too. */
export type NatsBus = Bus & { readonly connection: NatsConnection };

const DEFAULT_CONCURRENCY = 64;
const INBOX = '_INBOX';
const DEFAULT_MAX_PAYLOAD = 1024 * 1024;

export type NatsBusDeps = {
  readonly connection: NatsConnection;
  /** Under which this identity may hear answers. */
  readonly inboxPrefix: string;
  readonly log: Logger;
  readonly clock: Clock;
};

/** Puts a bus on an open connection; `connectBus` opens one. */
export const natsBus = ({ connection, inboxPrefix, log, clock }: NatsBusDeps): NatsBus => {
  const { onStatus, isConnected } = watchStatus(connection, log);
  const { listen, stopAll } = natsListeners({ connection, log, isConnected });
  // What is asked or answered within one turn of the loop goes out in one write, and comes in over there in one reading.
  const inOneGo = together();
  const ask = natsAsker({ connection, inboxPrefix, inOneGo });
  const answer = (msg: Msg, bytes: Uint8Array, headers: Headers): void =>
    inOneGo(() => {
      try {
        msg.respond(bytes, toNats(headers));
      } catch (error) {
        log.warn('bus.answer-lost', { subject: msg.subject, error }); // the connection closed: the requester's timeout tells it
      }
    });
  const answering = { clock, log, maxReplyBytes: () => connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD };

  return {
    connection,
    onStatus,
    isConnected,
    request: natsRequest({ ask, clock, isConnected }),
    serve: (subject, { queue, concurrency = DEFAULT_CONCURRENCY }, handler) =>
      listen(subject, {
        queue,
        concurrency,
        run: (msg) => answerRequest(rawRequest(msg, answer), handler, answering),
        overflow: (msg) => respondError(rawRequest(msg, answer), '503'),
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
    publish: (subject, payload, headers) => connection.publish(subject, encode(payload), toNats(headers)),
    flush: () => connection.flush(),
    drain: async () => {
      await stopAll();
      await setImmediate(); // the last answers are out
      if (isConnected()) await connection.drain();
      else await connection.close();
    },
    close: () => connection.close(),
  };
};

type Answer = (msg: Msg, bytes: Uint8Array, headers: Headers) => void;

const rawRequest = (msg: Msg, answer: Answer): RawRequest => ({
  subject: msg.subject,
  bytes: msg.data,
  headers: fromNats(msg.headers),
  respond: (bytes, headers) => {
    // An asker may name any subject to answer on, whatever it may publish itself; a service is not to speak there for it.
    if (msg.reply?.startsWith(INBOX) ?? false) answer(msg, bytes, headers);
  },
});
