import { eventStream, mintNatsCreds, type Servers, wholeAccount } from '@keyturn/dev-stack';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { z } from 'zod';

const Published = z.object({ data: z.object({ position: z.int(), hash: z.string() }) });

/** A message of the stream: which event it is. */
export type FeedMessage = z.infer<typeof Published>['data'];

/** The stream that the vault's relay fills, read past every service. */
export type Feed = {
  /** In the stream's order, those of events behind a position. */
  after(position: number): Promise<FeedMessage[]>;
  close(): Promise<void>;
};

/** Each message is asked for once, and kept: what stands in a stream does not change. */
export const openFeed = async ({ nats }: Servers): Promise<Feed> => {
  const creds = await mintNatsCreds({ keysDir: nats.keysDir, name: 'matrix', ...wholeAccount });
  const connection = await connect({ servers: nats.url, authenticator: credsAuthenticator(Buffer.from(creds)), maxReconnectAttempts: -1 });
  const { streams } = await jetstreamManager(connection);
  const known = new Map<number, FeedMessage>();
  const read = async (sequence: number): Promise<void> => {
    if (known.has(sequence)) return;
    const message = await streams.getMessage(eventStream, { seq: sequence });
    if (message) known.set(sequence, Published.parse(message.json()).data);
  };
  return {
    after: async (position) => {
      const { first_seq: first, last_seq: last, messages } = (await streams.info(eventStream)).state;
      const there = messages === 0 ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
      await Promise.all(there.map(read));
      return there.flatMap((sequence) => known.get(sequence) ?? []).filter((one) => one.position > position);
    },
    close: () => connection.close(),
  };
};
