import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** Everything that passed through this address, each way in one text. What never got to the server can't be in its log. */
export type Wiretap = {
  readonly port: number;
  readonly sent: () => string;
  readonly answered: () => string;
  readonly close: () => Promise<void>;
};

export const tapWire = async (to: { readonly host: string; readonly port: number }): Promise<Wiretap> => {
  const sent: Buffer[] = [];
  const answered: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((caller) => {
    const upstream = connect(to.port, to.host);
    for (const socket of [caller, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    caller.on('data', (chunk) => sent.push(chunk));
    upstream.on('data', (chunk) => answered.push(chunk));
    caller.pipe(upstream).pipe(caller);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => Buffer.concat(sent).toString('latin1'),
    answered: () => Buffer.concat(answered).toString('latin1'),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
