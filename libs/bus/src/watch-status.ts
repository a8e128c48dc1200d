import type { Logger } from '@keyturn/telemetry';
import type { NatsConnection, Status } from '@nats-io/transport-node';
import type { Bus, BusStatus } from './bus.ts';

/** Follows the connection's state, tells the listeners and logs it. */
export const watchStatus = (connection: NatsConnection, log: Logger): Pick<Bus, 'onStatus' | 'isConnected'> => {
  const listeners = new Set<(status: BusStatus) => void>();
  let current: BusStatus = 'connected';

  const change = (status: BusStatus): void => {
    if (status === current) return;
    current = status;
    log.info('bus.status', { status });
    listeners.forEach((listener) => listener(status));
  };
  const follow = async (): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type === 'error') log.warn('bus.error', { error: status.error });
      const next = statusOf(status);
      if (next) change(next);
    }
  };
  const end = async (): Promise<void> => {
    const error = await connection.closed();
    if (error) log.error('bus.closed', { error });
    change('closed');
  };
  void follow();
  void end();

  return {
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isConnected: () => current === 'connected',
  };
};

const statusOf = ({ type }: Status): BusStatus | null => {
  if (type === 'disconnect') return 'disconnected';
  if (type === 'reconnect') return 'connected';
  return type === 'close' ? 'closed' : null;
};
