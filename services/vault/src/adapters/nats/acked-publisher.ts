import { createInbox, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { z } from 'zod';

/** What JetStream answers to a publish. */
const PubAck = z.union([
  z.object({ error: z.object({ code: z.int(), err_code: z.int().optional(), description: z.string().optional() }) }),
  z.object({ seq: z.int().nonnegative() }),
]);

type Waiting = { readonly resolve: (ack: { seq: number }) => void; readonly reject: (fault: Error) => void };

export type AckedPublisher = {
  /** Resolves with the stream's sequence of the message; rejects with the stream's refusal, or where no answer came in time. */
  publish(subject: string, payload: Uint8Array, headers: MsgHdrs): Promise<{ seq: number }>;
};

/**
 * Publishes to JetStream with one inbox for all answers. The library's own `publish` makes a request with its bookkeeping of each message,
 * which cost the relay more than everything else it does.
 */
export const ackedPublisher = (
  nats: NatsConnection,
  { timeoutMs, inboxPrefix }: { timeoutMs: number; inboxPrefix: string },
): AckedPublisher => {
  const inbox = createInbox(inboxPrefix);
  const waiting = new Map<string, Waiting>();
  let sent = 0;

  const settle = (msg: Msg): void => {
    const waiter = waiting.get(msg.subject);
    if (!waiter) return;
    const ack = PubAck.safeParse(msg.data.length > 0 ? msg.json() : null);
    if (!ack.success) waiter.reject(new Error('no stream takes the message', { cause: msg.headers?.status }));
    else if ('error' in ack.data)
      waiter.reject(new Error(`the stream refused the message: ${ack.data.error.description ?? ack.data.error.code}`));
    else waiter.resolve(ack.data);
  };
  let listening: Subscription | null = null;
  const failAll = (fault: Error): void => {
    listening = null; // refused, it is gone: the next publish listens anew
    waiting.forEach(({ reject }) => reject(fault));
  };
  const listen = (): Subscription => nats.subscribe(`${inbox}.*`, { callback: (error, msg) => (error ? failAll(error) : settle(msg)) });

  return {
    publish: (subject, payload, headers) => {
      const reply = `${inbox}.${(sent += 1)}`;
      const { promise, resolve, reject } = Promise.withResolvers<{ seq: number }>();
      const timer = setTimeout(() => reject(new Error(`the stream did not answer within ${timeoutMs} ms`)), timeoutMs);
      waiting.set(reply, { resolve, reject });
      try {
        listening ??= listen();
        nats.publish(subject, payload, { headers, reply });
      } catch (fault) {
        reject(fault);
      }
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(reply);
      });
    },
  };
};
