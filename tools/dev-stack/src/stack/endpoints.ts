import { join } from 'node:path';
import type { DevAccountId } from '../oidc/accounts.ts';
import { mintDevTokens } from '../oidc/mint-access-token.ts';
import type { Servers } from '../servers/start-servers.ts';
import { writeSecretFile } from '../servers/secret-file.ts';
import type { StackDatabases } from './databases.ts';

/** What outside programs find in `var/dev/endpoints.json` (mode 0600). Database URLs are the superuser's. */
export type Endpoints = {
  readonly gatewayUrl: string;
  readonly adminUiUrl: string;
  readonly natsUrl: string;
  readonly natsCredsDir: string;
  readonly databaseUrl: string;
  readonly auditDatabaseUrl: string;
  readonly ordersDatabaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  readonly oidcIssuer: string;
  readonly tokens: Readonly<Record<DevAccountId, string>>;
  readonly workload: { readonly address: string; readonly statsFiles: readonly string[] };
};

type Known = {
  readonly servers: Servers;
  readonly databases: StackDatabases;
  readonly gatewayUrl: string;
  readonly workload: Endpoints['workload'];
};

/** A reveal asks for a sign-in of the last quarter of an hour, which a token stands for here. */
const RENEWED_EVERY_MS = 600_000;

export const endpointsFile = (varDir: string): string => join(varDir, 'endpoints.json');

export const collectEndpoints = async ({ servers, databases, gatewayUrl, workload }: Known): Promise<Endpoints> => ({
  gatewayUrl,
  adminUiUrl: `${gatewayUrl}/admin/system/credentials`,
  natsUrl: servers.nats.url,
  natsCredsDir: servers.nats.credsDir,
  databaseUrl: databases.vault.ownerUrl,
  auditDatabaseUrl: databases.audit.ownerUrl,
  ordersDatabaseUrl: databases.orders.ownerUrl,
  temporalAddress: servers.temporal.address,
  temporalUiUrl: servers.temporal.uiUrl,
  oidcIssuer: servers.oidc.issuer,
  tokens: await mintDevTokens({ oidcDir: servers.oidc.oidcDir, issuer: servers.oidc.issuer }),
  workload,
});

/** Writes the endpoints now and, with fresh 24 h tokens, every ten minutes. Returns how to stop. */
export const publishEndpoints = async (known: Known): Promise<{ readonly endpoints: Endpoints; stop(): Promise<void> }> => {
  const path = endpointsFile(known.servers.varDir);
  const write = async (): Promise<Endpoints> => {
    const endpoints = await collectEndpoints(known);
    writeSecretFile(path, `${JSON.stringify(endpoints, null, 2)}\n`);
    return endpoints;
  };
  const endpoints = await write();
  const timer = setInterval(() => void write(), RENEWED_EVERY_MS);
  timer.unref();
  return { endpoints, stop: () => Promise.resolve(clearInterval(timer)) };
};
