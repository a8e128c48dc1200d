import { createServer, connect, type Socket } from 'node:net';

/** The statement and its answer as they stand on the wire; without the NUL it would be found in READ COMMITTED too. */
export const COMMIT = 'COMMIT\0';

/** What becomes of a chunk that the client sends. */
export type Fate =
  | 'forward'
  /** The server gets it and acts on it; the client's connection goes before the answer. */
  | 'answer-lost'
  /** The server never gets it; both connections go. */
  | 'cut'
  /** The server never gets it, and nobody is told: a half-open connection. */
  | 'swallow';

export type TcpProxy = {
  readonly port: number;
  /** Asked for each chunk of the clients; by default all goes through. */
  fate(chunk: Buffer): Fate;
  /** Asked before: a chunk waits until this is over, and what comes behind it waits, too. By default nothing waits. */
  delay(chunk: Buffer): Promise<unknown> | null;
  /** Changes what the clients say on its way, length for length; by default nothing. */
  reword(chunk: Buffer): Buffer;
  close(): Promise<void>;
};

/** Stands between a client and a server, and loses what it is told to. */
export const tcpProxy = async (target: { host: string; port: number }): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let answersLost = false;
    let swallowing = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    const pass = (chunk: Buffer): void => {
      const fate = swallowing ? 'swallow' : proxy.fate(chunk);
      if (fate === 'cut') {
        client.destroy();
        upstream.destroy();
      } else if (fate === 'swallow') swallowing = true;
      else upstream.write(proxy.reword(chunk));
      answersLost ||= fate === 'answer-lost';
    };
    client.on('data', (chunk) => {
      const delay = proxy.delay(chunk);
      if (!delay) return pass(chunk);
      client.pause();
      void delay.finally(() => {
        pass(chunk);
        client.resume();
      });
    });
    upstream.on('data', (chunk) => {
      // The server's last answer says that it committed: now nobody hears of it.
      if (answersLost && chunk.includes(COMMIT)) client.destroy();
      else if (!answersLost && !swallowing) client.write(chunk);
    });
    client.on('close', () => (swallowing ? undefined : upstream.destroy()));
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy: TcpProxy = {
    port: typeof address === 'object' && address ? address.port : 0,
    fate: () => 'forward',
    delay: () => null,
    reword: (chunk) => chunk,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
};
