import { MAX_BODY_BYTES, type Reply } from '@keyturn/contracts';
import type { Clock } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import type { Headers, ServeHandler } from './bus.ts';
import { encode, incoming, notJson, tooLarge } from './codec.ts';
import { errorHeaders, errorOf, type ServiceError } from './service-errors.ts';

/** A request as it came off the wire, and the one way to answer it. */
export type RawRequest = {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly headers: Headers;
  respond(bytes: Uint8Array, headers: Headers): void;
};

type Deps = { readonly clock: Clock; readonly log: Logger; readonly maxReplyBytes: () => number };

export const respondError = (request: RawRequest, code: ServiceError): void => request.respond(new Uint8Array(), errorHeaders(code));

/** Runs the handler for one request, if its sender still waits, and answers whatever comes of it. Never rejects. */
export const answerRequest = async (request: RawRequest, handler: ServeHandler, { clock, log, maxReplyBytes }: Deps): Promise<void> => {
  const { subject } = request;
  try {
    const message = incoming(subject, request.bytes, request.headers);
    const lateMs = message.deadline ? clock.now().getTime() - message.deadline.getTime() : -1;
    if (lateMs >= 0) {
      log.warn('bus.request-expired', { subject, lateMs });
      return respondError(request, '408');
    }
    const answer = encode(refuseMalformed(request.bytes, message.payload) ?? (await handler(message)));
    if (answer.length > maxReplyBytes()) throw new Error(`the answer of ${answer.length} bytes is larger than NATS takes`);
    request.respond(answer, {});
  } catch (error) {
    log.error('bus.request-failed', { subject, error });
    respondSafely(request, errorOf(error), log);
  }
};

const refuseMalformed = (bytes: Uint8Array, payload: unknown): Reply | null => {
  if (bytes.length > MAX_BODY_BYTES) return { refusal: tooLarge(MAX_BODY_BYTES) };
  return payload === undefined ? { refusal: notJson } : null;
};

const respondSafely = (request: RawRequest, code: ServiceError, log: Logger): void => {
  try {
    respondError(request, code);
  } catch (error) {
    log.warn('bus.answer-lost', { subject: request.subject, error }); // the connection closed: the requester's timeout tells it
  }
};
