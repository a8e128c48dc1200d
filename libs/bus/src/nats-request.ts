import { MAX_BODY_BYTES } from '@keyturn/contracts';
import type { Clock } from '@keyturn/kernel';
import { errors, type Msg } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import { encode, tooLarge, withDeadline } from './codec.ts';
import { NoResponders, RequestTimedOut, ServiceFault, ServiceUnavailable } from './faults.ts';
import type { NatsAsker } from './nats-asker.ts';
import { fromNats, toNats } from './nats-headers.ts';
import { readAnswer } from './read-answer.ts';

type Deps = {
  readonly ask: NatsAsker;
  readonly clock: Clock;
  readonly isConnected: () => boolean;
};

/** `Bus.request` over NATS. */
export const natsRequest =
  ({ ask, clock, isConnected }: Deps): Bus['request'] =>
  async (subject, payload, { timeoutMs, headers }) => {
    const body = encode(payload);
    if (body.length > MAX_BODY_BYTES) return { refusal: tooLarge(MAX_BODY_BYTES) };
    // nats.js would keep the request until it is connected again: a command that runs when nobody waits for it any more
    if (!isConnected()) throw new ServiceUnavailable(`${subject}: not connected to NATS`);
    const deadline = new Date(clock.now().getTime() + timeoutMs);
    const options = { timeoutMs, ...toNats(withDeadline(headers, deadline)) };
    let answer: Msg;
    try {
      answer = await ask(subject, body, options);
    } catch (cause) {
      throw requestFault(subject, timeoutMs, cause);
    }
    return readAnswer(subject, answer.data, fromNats(answer.headers));
  };

/** What isn't known to be harmless is an unknown outcome. */
const requestFault = (subject: string, timeoutMs: number, fault: unknown): Error => {
  if (fault instanceof errors.NoRespondersError) return new NoResponders(`${subject}: nobody answers`, { cause: fault });
  if (fault instanceof errors.TimeoutError) return new RequestTimedOut(`${subject}: no answer within ${timeoutMs} ms`, { cause: fault });
  if (fault instanceof errors.PermissionViolationError)
    return new ServiceFault(`${subject}: NATS does not let this identity ask`, { cause: fault });
  if (fault instanceof errors.ClosedConnectionError || fault instanceof errors.DrainingConnectionError) {
    return new ServiceUnavailable(`${subject}: the connection to NATS is closed`, { cause: fault });
  }
  return new RequestTimedOut(`${subject}: the connection broke before the answer came`, { cause: fault });
};
