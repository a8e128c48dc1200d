import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

/** A TCP port on the loopback interface that nobody listens on now. */
export const freePort = (): Promise<number> => listenOnce(0);

const Ports = z.record(z.string(), z.int());

/**
 * Gives each name a free port, the one it had last time if that is still free: bookmarks and the OIDC issuer, and with it the identity of
 * every user, survive a restart of the stack.
 */
export const stablePorts = async <Name extends string>(runDir: string, names: readonly Name[]): Promise<Record<Name, number>> => {
  mkdirSync(runDir, { recursive: true });
  const file = join(runDir, 'ports.json');
  const before = readPorts(file);
  const taken = new Set<number>();
  const ports = new Map<Name, number>();
  for (const name of names) {
    const port = await choosePort(before[name], taken);
    taken.add(port);
    ports.set(name, port);
  }
  const chosen = Object.fromEntries(ports) as Record<Name, number>;
  writeFileSync(file, JSON.stringify({ ...before, ...chosen }, null, 2));
  return chosen;
};

const choosePort = async (preferred: number | undefined, taken: ReadonlySet<number>): Promise<number> => {
  if (preferred !== undefined && !taken.has(preferred) && (await isFree(preferred))) return preferred;
  const port = await freePort();
  return taken.has(port) ? choosePort(undefined, taken) : port;
};

const isFree = (port: number): Promise<boolean> =>
  listenOnce(port).then(
    () => true,
    () => false,
  );

const listenOnce = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const given = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(given));
    });
  });

const readPorts = (file: string): Partial<Record<string, number>> => {
  try {
    return Ports.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
};
