import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stack } from '@keyturn/dev-stack';

export type StackControl = { readonly url: string; stop(): Promise<void> };

/** Lets the tests, which run in other processes, kill and restart the vault and the worker. */
export const serveStackControl = async (
  { services: { vault, 'rotation-worker': worker } }: Stack,
  atProviders: Readonly<Record<string, () => Promise<void>>> = {},
): Promise<StackControl> => {
  const deeds: Readonly<Record<string, () => Promise<void>>> = {
    '/vault/kill': () => vault.kill(),
    '/vault/restart': () => vault.restart(),
    '/worker/kill': () => worker.kill(),
    '/worker/restart': () => worker.restart(),
    ...atProviders,
  };
  const server = createServer((request, response) => {
    const deed = request.method === 'POST' ? deeds[request.url ?? ''] : undefined;
    const done = deed ? deed() : Promise.reject(new Error(`there is no ${request.method} ${request.url}`));
    done.then(
      () => response.writeHead(204).end(),
      (fault: unknown) => response.writeHead(500).end(String(fault)),
    );
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

const listen = (server: Server): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
