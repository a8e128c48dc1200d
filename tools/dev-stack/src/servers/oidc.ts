import { join } from 'node:path';
import { z } from 'zod';
import { gatewayClientId } from '../oidc/clients.ts';
import { consumerClients } from '../oidc/consumer-clients.ts';
import { oidcKeys } from '../oidc/keys.ts';
import { freePort } from '../process/free-ports.ts';
import { spawnService } from '../process/spawn-service.ts';
import { offeredFolder } from './offered-folder.ts';
import { offeredServer } from './offered-server.ts';
import { writeSecretFile } from './secret-file.ts';
import type { Server, ServerOptions } from './server.ts';

export type OidcServer = Server<{
  issuer: string;
  port: number;
  /** The signing key, for `mintAccessToken`. */
  oidcDir: string;
  /** The file holds the same secret, mode 0600: the gateway takes it as one. */
  gatewayClient: { clientId: string; clientSecret: string; clientSecretFile: string };
}>;

const CLIENT_SECRET = 'gateway-client.secret';
const Discovery = z.object({ issuer: z.string() });

/** Starts the OIDC provider, its keys in `<varDir>/oidc`. Its sessions are in memory: a restart signs browsers out, tokens stay valid. */
export const startOidc = async (options: ServerOptions): Promise<OidcServer> => {
  const port = options.port ?? (await freePort());
  const oidcDir = join(options.varDir, 'oidc');
  const { gatewayClientSecret } = await oidcKeys(oidcDir);
  await consumerClients(oidcDir); // before the process starts, which would make them too
  const clientSecretFile = join(oidcDir, CLIENT_SECRET);
  writeSecretFile(clientSecretFile, gatewayClientSecret);
  const issuer = `http://127.0.0.1:${port}`;
  const supervised = await spawnService({
    name: 'oidc',
    entry: join(import.meta.dirname, '..', 'oidc', 'main.ts'),
    varDir: options.varDir,
    env: { OIDC_PORT: String(port), OIDC_DIR: oidcDir },
    isReady: () => publishes(issuer),
    diesWithParent: options.diesWithParent,
  });
  return {
    ...supervised,
    issuer,
    port,
    oidcDir,
    gatewayClient: { clientId: gatewayClientId, clientSecret: gatewayClientSecret, clientSecretFile },
  };
};

/** Takes an OIDC provider that somebody offers, of which `dir` holds the keys: another stack's. */
export const offeredOidc = async ({ issuer, dir }: { issuer: string; dir: string }): Promise<OidcServer> => {
  offeredFolder('KEYTURN_OIDC_DIR', dir, ['keys.json', CLIENT_SECRET]);
  const server = await offeredServer({ name: 'OIDC provider', variable: 'KEYTURN_OIDC_ISSUER', isReady: () => publishes(issuer) });
  const { gatewayClientSecret: clientSecret } = await oidcKeys(dir);
  const clientSecretFile = join(dir, CLIENT_SECRET);
  const port = Number(new URL(issuer).port);
  return { ...server, issuer, port, oidcDir: dir, gatewayClient: { clientId: gatewayClientId, clientSecret, clientSecretFile } };
};

const publishes = async (issuer: string): Promise<boolean> => {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(2_000) });
  return Discovery.parse(await response.json()).issuer === issuer;
};
