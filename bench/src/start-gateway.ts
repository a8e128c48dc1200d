import { join } from 'node:path';
import { freePort, gatewayOnNats, mintAccessToken, projectRoot, sessionKeyFile, spawnService, startOidc } from '@keyturn/dev-stack';
import type { BenchStack } from './bench-stack.ts';
import { httpClient } from './http/client.ts';

/** A gateway before the bench's vault, and a way to ask it. */
export type BenchGateway = {
  readonly url: string;
  /** Answers the body of a page, read to its end. */
  get(path: string): Promise<unknown>;
  /** Posts JSON, and reads the answer to its end. */
  post(path: string, body: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

/** Starts a sign-in provider and the gateway, with an admin's token. */
export const startGateway = async ({ varDir, nats }: Pick<BenchStack, 'varDir' | 'nats'>): Promise<BenchGateway> => {
  const oidc = await startOidc({ varDir });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const sessionKey = await sessionKeyFile(join(varDir, 'secrets', 'session.key'));
  const gateway = await spawnService({
    name: 'api-gateway',
    varDir,
    entry: join(projectRoot, 'services', 'api-gateway', 'src', 'main.ts'),
    readyTimeoutMs: 60_000,
    // `/readyz` would wait for an audit service, which the bench has not.
    isReady: async () => (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok,
    env: {
      ...gatewayOnNats(nats),
      PORT: String(port),
      PUBLIC_URL: url,
      OIDC_ISSUER: oidc.issuer,
      OIDC_CLIENT_ID: oidc.gatewayClient.clientId,
      OIDC_CLIENT_SECRET_FILE: oidc.gatewayClient.clientSecretFile,
      SESSION_KEY_FILE: sessionKey,
      ADMIN_UI_DIR: join(projectRoot, 'apps', 'admin-ui', 'dist'),
      REQUESTS_PER_MINUTE: '100000000', // all of the load is one identity's
      LOG_LEVEL: 'warn',
    },
  });
  const token = await mintAccessToken({ oidcDir: oidc.oidcDir, issuer: oidc.issuer, account: 'admin' });
  const ask = httpClient(url, token);
  return {
    url,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, JSON.stringify(body)),
    stop: async () => {
      await gateway.stop();
      await oidc.stop();
    },
  };
};
