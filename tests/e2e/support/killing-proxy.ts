import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type KillingProxy = { readonly url: string; stop(): Promise<void> };

const sentBy = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    ['authorization', 'content-type', 'idempotency-key'].flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** Stands before the gateway; after the n-th write is through, and before it is answered, it calls `kill`. */
export const killingProxy = async (gatewayUrl: string, nthWrite: number, kill: () => void): Promise<KillingProxy> => {
  let writes = 0;
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request;
    const body = await buffer(request);
    const sent = method === 'GET' ? {} : { body: new Uint8Array(body) };
    const answer = await fetch(new URL(url, gatewayUrl), { method, headers: sentBy(request), ...sent });
    const text = await answer.text();
    if (method !== 'GET' && (writes += 1) === nthWrite) return kill();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  };
  const server = createServer((request, response) => void pass(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
