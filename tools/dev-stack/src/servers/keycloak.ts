import { copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { KEYCLOAK_MAIN, keycloakJvm } from '../binaries/keycloak-command.ts';
import { projectRoot } from '../project-paths.ts';
import { freePort } from '../process/free-ports.ts';
import { superviseProcess } from '../process/supervised-process.ts';
import { logFileOf, runDirOf, type Server, type ServerOptions } from './server.ts';
import { randomPassword } from './secret-file.ts';

export type KeycloakServer = Server<{
  /** Of the realm `keyturn`, which is `deploy/keycloak/keyturn-realm.json`. */
  issuer: string;
  /** Where its admin API is, and who may use it. */
  adminUrl: string;
  admin: { username: string; password: string };
  gatewayClientSecret: string;
  ordersClientSecret: string;
}>;

export type KeycloakOptions = ServerOptions & {
  /** What `findKeycloak` found. */
  readonly home: string;
  /** Where the gateway is, to which people come back. */
  readonly publicUrl: string;
};

/** It is quick on a machine that has nothing else to do, and isn't on one that has. */
const READY_TIMEOUT_MS = 300_000;

export const realmFile = join(projectRoot, 'deploy', 'keycloak', 'keyturn-realm.json');

/** Starts a Keycloak with the realm of `deploy/` and nobody in it. It keeps everything in memory: a restart forgets who was added. */
export const startKeycloak = async (options: KeycloakOptions): Promise<KeycloakServer> => {
  const port = options.port ?? (await freePort());
  const home = ownHome(options.home, join(options.varDir, 'keycloak'));
  const url = `http://127.0.0.1:${port}`;
  const issuer = `${url}/realms/keyturn`;
  const secrets = { admin: randomPassword(), gateway: randomPassword(), orders: randomPassword() };
  const supervised = await superviseProcess({
    name: 'keycloak',
    command: 'java',
    args: [
      ...keycloakJvm(home),
      KEYCLOAK_MAIN,
      'start',
      '--optimized',
      '--import-realm',
      `--hostname=${url}`,
      '--http-enabled=true',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      '--log-level=warn',
    ],
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: 'keyturn-dev',
      KC_BOOTSTRAP_ADMIN_PASSWORD: secrets.admin,
      KEYTURN_PUBLIC_URL: options.publicUrl,
      KEYTURN_GATEWAY_CLIENT_SECRET: secrets.gateway,
      KEYTURN_ORDERS_CLIENT_SECRET: secrets.orders,
    },
    runDir: runDirOf(options.varDir),
    logFile: logFileOf(options.varDir, 'keycloak'),
    isReady: async () => (await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(5_000) })).ok,
    readyTimeoutMs: READY_TIMEOUT_MS,
    diesWithParent: options.diesWithParent,
  });
  return {
    ...supervised,
    issuer,
    adminUrl: `${url}/admin/realms/keyturn`,
    admin: { username: 'keyturn-dev', password: secrets.admin },
    gatewayClientSecret: secrets.gateway,
    ordersClientSecret: secrets.orders,
  };
};

/** A folder that Keycloak takes for its own, whose programs are the found ones: only `data/` is written to. */
const ownHome = (found: string, home: string): string => {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(join(home, 'data', 'import'), { recursive: true, mode: 0o700 });
  for (const name of ['conf', 'lib', 'providers', 'themes']) symlinkSync(join(found, name), join(home, name));
  copyFileSync(realmFile, join(home, 'data', 'import', 'keyturn-realm.json'));
  return home;
};
