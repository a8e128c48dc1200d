import { MAX_BODY_BYTES } from '@keyturn/contracts';
import type { Clock } from '@keyturn/kernel';
import { errors, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import { encode, tooLarge, withDeadline } from './codec.ts';
import { NoResponders, RequestTimedOut, ServiceFault, ServiceUnavailable } from './faults.ts';
import { fromNats, toNats } from './nats-headers.ts';
import { readAnswer } from './read-answer.ts';

type Deps = {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  readonly isConnected: () => boolean;
  /** What is asked within one turn of the loop goes out in one write, and comes in over there in one reading. */
  readonly inOneGo: (task: () => void) => void;
};

/** `Bus.request` over NATS. */
export const natsRequest =
  ({ connection, clock, isConnected, inOneGo }: Deps): Bus['request'] =>
  async (subject, payload, { timeoutMs, headers }) => {
    const body = encode(payload);
    if (body.length > MAX_BODY_BYTES) return { refusal: tooLarge(MAX_BODY_BYTES) };
    // nats.js would keep the request until it is connected again: a command that runs when nobody waits for it any more
    if (!isConnected()) throw new ServiceUnavailable(`${subject}: not connected to NATS`);
    const deadline = new Date(clock.now().getTime() + timeoutMs);
    const options = { timeout: timeoutMs, headers: toNats(withDeadline(headers, deadline)) };
    let answer: Msg;
    try {
      answer = await new Promise<Msg>((resolve, reject) =>
        inOneGo(() => void connection.request(subject, body, options).then(resolve, reject)),
      );
    } catch (cause) {
      throw requestFault(subject, timeoutMs, cause);
    }
    return readAnswer(subject, answer.data, fromNats(answer.headers));
  };

/** nats.js throws what happened, or wraps it in a `RequestError`. What isn't known to be harmless is an unknown outcome. */
const requestFault = (subject: string, timeoutMs: number, fault: unknown): Error => {
  const reasons = [fault, fault instanceof Error ? fault.cause : undefined];
  const is = (kind: new (...args: never[]) => Error): boolean => reasons.some((reason) => reason instanceof kind);
  if (is(errors.NoRespondersError)) return new NoResponders(`${subject}: nobody answers`, { cause: fault });
  if (is(errors.TimeoutError)) return new RequestTimedOut(`${subject}: no answer within ${timeoutMs} ms`, { cause: fault });
  if (is(errors.PermissionViolationError)) return new ServiceFault(`${subject}: NATS does not let this identity ask`, { cause: fault });
  if (is(errors.ClosedConnectionError) || is(errors.DrainingConnectionError)) {
    return new ServiceUnavailable(`${subject}: the connection to NATS is closed`, { cause: fault });
  }
  return new RequestTimedOut(`${subject}: the connection broke before the answer came`, { cause: fault });
};
