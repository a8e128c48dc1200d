import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  binaryCacheDir,
  findKeycloak,
  freePort,
  gatewayOnNats,
  type KeycloakServer,
  projectRoot,
  sessionKeyFile,
  spawnService,
  type Stack,
  startKeycloak,
  startStack,
  stopInReverse,
  writeSecretFile,
} from '@keyturn/dev-stack';

/** A Keycloak and the whole system beside it, in one folder. `varDir` is theirs, and is removed when they stop. */
export type BesideKeycloak = { readonly stack: Stack; readonly keycloak: KeycloakServer; readonly varDir: string; stop(): Promise<void> };

type BesideOptions = { readonly publicUrl: string } & Pick<NonNullable<Parameters<typeof startStack>[0]>, 'settings'>;

export const startBesideKeycloak = async ({ publicUrl, ...options }: BesideOptions): Promise<BesideKeycloak> => {
  const varDir = join(projectRoot, 'var', `keycloak-${process.pid}`);
  const inOrder: { stop(): Promise<void> }[] = [{ stop: async () => rmSync(varDir, { recursive: true, force: true }) }];
  const stop = async (): Promise<void> => {
    const [fault] = await stopInReverse({ inOrder });
    if (fault !== undefined) throw new Error('something did not stop', { cause: fault });
  };
  try {
    const home = await findKeycloak({ env: process.env, cacheDir: binaryCacheDir, onProgress: console.log });
    // In a folder of its own: a stack ends whatever it finds running in its own, as left over from before.
    const keycloak = await startKeycloak({ varDir: join(varDir, 'keycloak'), home, publicUrl });
    inOrder.push(keycloak);
    const stack = await startStack({ varDir, ui: false, instances: [], ...options });
    inOrder.push(stack);
    return { stack, keycloak, varDir, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
};

export type WithKeycloak = { readonly stack: Stack; readonly keycloak: KeycloakServer; readonly gatewayUrl: string; stop(): Promise<void> };

/** The whole system, and beside its gateway a second one at which a real Keycloak signs in. */
export const startWithKeycloak = async (): Promise<WithKeycloak> => {
  const port = await freePort();
  const gatewayUrl = `http://127.0.0.1:${port}`;
  const beside = await startBesideKeycloak({ publicUrl: gatewayUrl });
  const { stack, keycloak, varDir } = beside;
  try {
    const gateway = await startGateway({ stack, keycloak, varDir, port, gatewayUrl });
    return { stack, keycloak, gatewayUrl, stop: async () => (await gateway.stop(), await beside.stop()) };
  } catch (fault) {
    await beside.stop();
    throw fault;
  }
};

type GatewayOptions = Pick<WithKeycloak, 'stack' | 'keycloak' | 'gatewayUrl'> & { readonly varDir: string; readonly port: number };

const startGateway = async ({ stack, keycloak, varDir, port, gatewayUrl }: GatewayOptions) => {
  const { nats } = stack.servers;
  const clientSecret = join(varDir, 'secrets', 'keycloak-client');
  writeSecretFile(clientSecret, keycloak.gatewayClientSecret);
  const sessionKey = await sessionKeyFile(join(varDir, 'secrets', 'keycloak-session.key'));
  return spawnService({
    name: 'api-gateway-keycloak',
    varDir,
    entry: join(projectRoot, 'services', 'api-gateway', 'src', 'main.ts'),
    readyTimeoutMs: 60_000,
    isReady: async () => (await fetch(`${gatewayUrl}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok,
    env: {
      ...gatewayOnNats(nats),
      PORT: String(port),
      PUBLIC_URL: gatewayUrl,
      OIDC_ISSUER: keycloak.issuer,
      OIDC_CLIENT_ID: 'keyturn-gateway',
      OIDC_CLIENT_SECRET_FILE: clientSecret,
      OIDC_TOKEN_CHECK: 'introspection',
      SESSION_KEY_FILE: sessionKey,
      LOG_LEVEL: 'warn',
    },
  });
};
