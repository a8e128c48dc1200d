import { connect, createServer, type Server, type Socket } from 'node:net';

/** One chunk that was stopped on its way to the server. */
export type Held = {
  /** The chunk is here, and the server has not got it. */
  readonly arrived: Promise<void>;
  /** Lets it through. */
  release(): void;
  /** The connection that it came by is over. */
  readonly closed: Promise<void>;
};

/** Stands between a client and a server, and breaks what it is told to. */
export type TcpProxy = {
  readonly port: number;
  /** Ends all connections and lets no new one through. */
  cut(): void;
  /** Lets nothing through and tells nobody: what is sent meanwhile arrives after `heal`, as after a partition of the network. */
  stall(): void;
  heal(): void;
  /** Stops the next chunk of a client that holds this text, once. */
  holdNext(text: string): Held;
  close(): Promise<void>;
};

type State = 'open' | 'cut' | 'stalled';
type Trap = { readonly text: string; readonly caught: (connection: Connection, chunk: Buffer) => void };
type Connection = { readonly client: Socket; readonly upstream: Socket };

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

/** Listens on a free port and passes everything on to `targetPort`. */
export const tcpProxy = async (targetPort: number): Promise<TcpProxy> => {
  let state: State = 'open';
  let trap: Trap | null = null;
  const connections = new Set<Connection>();

  const join = (client: Socket): void => {
    const upstream = connect(targetPort, '127.0.0.1');
    const connection = { client, upstream };
    connections.add(connection);
    const end = (): void => {
      connections.delete(connection);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.on('data', (chunk) => {
      if (!trap || !chunk.includes(trap.text)) return void upstream.write(chunk);
      client.pause();
      trap.caught(connection, chunk);
    });
    upstream.on('data', (chunk) => void client.write(chunk));
    if (state === 'stalled') pause(connection);
  };

  const pause = ({ client, upstream }: Connection): void => {
    client.pause();
    upstream.pause();
  };

  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (state === 'cut') client.destroy();
    else join(client);
  });

  const destroyAll = (): void => [...connections].forEach(({ client }) => client.destroy());
  return {
    port: await listen(server),
    cut: () => {
      state = 'cut';
      destroyAll();
    },
    stall: () => {
      state = 'stalled';
      connections.forEach(pause);
    },
    heal: () => {
      state = 'open';
      for (const { client, upstream } of connections) {
        client.resume();
        upstream.resume();
      }
    },
    holdNext: (text) => {
      const arrived = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      let release = (): void => undefined;
      trap = {
        text,
        caught: ({ client, upstream }, chunk) => {
          trap = null;
          client.once('close', () => closed.resolve());
          release = () => {
            upstream.write(chunk);
            client.resume();
          };
          arrived.resolve();
        },
      };
      return { arrived: arrived.promise, release: () => release(), closed: closed.promise };
    },
    close: async () => {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
