import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and Postgres like a pooler with its own list of users. */
export type LoginProxy = {
  readonly port: number;
  /** Lets this role in `times` more times (0: never), and refuses it from then on. */
  limit(role: string, times: number): void;
  /** Lets everybody in. */
  lift(): void;
  close(): Promise<void>;
};

const STARTUP = 196_608;
const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** The `user` of a startup message; null for anything else, e.g. a request for TLS or to cancel. */
const userIn = (chunk: Buffer): string | null => {
  if (chunk.length < 8 || chunk.readInt32BE(4) !== STARTUP) return null;
  const words = chunk.subarray(8, chunk.readInt32BE(0)).toString('utf8').split('\0');
  const at = words.indexOf('user');
  return at < 0 ? null : (words[at + 1] ?? null);
};

/** What Postgres answers to a login that it refuses. */
const refusal = (role: string): Buffer => {
  const fields = Buffer.concat([
    text('SFATAL'),
    text('VFATAL'),
    text('C28P01'),
    text(`M"${role}" is not on the list of users`),
    Buffer.of(0),
  ]);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
};

/** Listens on a free port and passes logins on to `targetPort`. */
export const loginProxy = async (targetPort: number): Promise<LoginProxy> => {
  const left = new Map<string, number>();
  const clients = new Set<Socket>();

  const isLetIn = (role: string | null): boolean => {
    const times = role === null ? undefined : left.get(role);
    if (role === null || times === undefined) return true;
    left.set(role, times - 1);
    return times > 0;
  };

  const pass = (client: Socket, first: Buffer): void => {
    const upstream = connect(targetPort, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    upstream.write(first);
    client.pipe(upstream);
    upstream.pipe(client);
  };

  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    client.once('data', (first) => {
      const role = userIn(first);
      if (isLetIn(role)) pass(client, first);
      else client.end(refusal(role ?? ''));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    limit: (role, times) => void left.set(role, times),
    lift: () => left.clear(),
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
