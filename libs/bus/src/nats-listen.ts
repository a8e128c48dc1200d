import type { Logger } from '@keyturn/telemetry';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Subscribed } from './bus.ts';
import { workQueue } from './work-queue.ts';

const MAX_WAITING = 10_000;

type Listening = {
  readonly queue?: string | undefined;
  readonly concurrency: number;
  /** Catches its own faults. */
  readonly run: (msg: Msg) => Promise<void>;
  /** Too many wait already. */
  readonly overflow: (msg: Msg) => void;
};

/** Subscriptions of one connection, each with its own queue of work, stopped together before the connection drains. */
export const natsListeners = ({
  connection,
  log,
  isConnected,
}: {
  connection: NatsConnection;
  log: Logger;
  isConnected: () => boolean;
}) => {
  const open = new Set<Subscribed>();

  const listen = (subject: string, { queue, concurrency, run, overflow }: Listening): Subscribed => {
    const work = workQueue({ concurrency, maxWaiting: MAX_WAITING });
    const subscription = connection.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      callback: (error, msg) => {
        if (error) log.error('bus.subscription-lost', { subject, error });
        else if (!work.push(() => run(msg))) overflow(msg);
      },
    });
    const subscribed = {
      stop: async () => {
        open.delete(subscribed);
        // draining asks the server, which never answers while the connection is down
        if (isConnected() && !subscription.isClosed()) await subscription.drain();
        else if (!subscription.isClosed()) subscription.unsubscribe();
        await work.idle();
      },
    };
    open.add(subscribed);
    return subscribed;
  };
  const stopAll = async (): Promise<void> => void (await Promise.all([...open].map((each) => each.stop())));

  return { listen, stopAll };
};
