import { natsAsker, type NatsHeaders } from '@keyturn/bus';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';

/** What JetStream answers to a publish. */
const PubAck = z.union([
  z.object({ error: z.object({ code: z.int(), err_code: z.int().optional(), description: z.string().optional() }) }),
  z.object({ seq: z.int().nonnegative() }),
]);

export type AckedPublisher = {
  /** Resolves with the stream's sequence of the message; rejects with the stream's refusal, or where no answer came in time. */
  publish(subject: string, payload: Uint8Array, headers: NatsHeaders): Promise<{ seq: number }>;
};

const ackIn = (answer: Msg): { seq: number } => {
  const ack = PubAck.parse(answer.json());
  if ('error' in ack) throw new Error(`the stream refused the message: ${ack.error.description ?? ack.error.code}`);
  return ack;
};

/** Publishes to JetStream as one asks: the library's own `publish` cost the relay more than everything else it does. */
export const ackedPublisher = (
  connection: NatsConnection,
  { timeoutMs, inboxPrefix }: { timeoutMs: number; inboxPrefix: string },
): AckedPublisher => {
  const ask = natsAsker({ connection, inboxPrefix });
  return { publish: async (subject, payload, headers) => ackIn(await ask(subject, payload, { timeoutMs, ...headers })) };
};
