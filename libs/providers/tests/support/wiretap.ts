import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** Everything that went to the server through this address, in one text. What never got there can't be in its log. */
export type Wiretap = { readonly port: number; readonly sent: () => string; readonly close: () => Promise<void> };

export const tapWire = async (to: { readonly host: string; readonly port: number }): Promise<Wiretap> => {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((caller) => {
    const upstream = connect(to.port, to.host);
    for (const socket of [caller, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    caller.on('data', (chunk) => chunks.push(chunk));
    caller.pipe(upstream).pipe(caller);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => Buffer.concat(chunks).toString('latin1'),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
