import { join } from 'node:path';
import { credsPath } from '../nats/write-creds.ts';
import { projectRoot } from '../project-paths.ts';
import { randomPassword, secretFile } from '../servers/secret-file.ts';
import type { NatsServer } from '../servers/nats.ts';
import type { Servers } from '../servers/start-servers.ts';
import { logMark } from '../process/log-mark.ts';
import { spawnService, type ServiceSpec } from '../process/spawn-service.ts';
import type { SupervisedProcess } from '../process/supervised-process.ts';
import type { StackDatabases } from './databases.ts';

export type ServiceName = 'vault' | 'audit' | 'rotation-worker' | 'api-gateway';
export type Services = Readonly<Record<ServiceName, SupervisedProcess>>;

export type ServicesOptions = {
  readonly servers: Servers;
  readonly databases: StackDatabases;
  readonly gatewayPort: number;
  /** More settings for a service, e.g. short durations in fault tests. */
  readonly settings?: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
};

/** Databases of this machine, and those that a container engine or `KEYTURN_POSTGRES_URL` puts beside it. */
const PRIVATE_NETWORKS = '127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,[::1],[fc00::]/7';

const entryOf = (name: ServiceName): string => join(projectRoot, 'services', name, 'src', 'main.ts');
export const gatewayUrlOf = (port: number): string => `http://127.0.0.1:${port}`;
export const secretsDirOf = (varDir: string): string => join(varDir, 'secrets');

/** Makes the key with which a gateway seals its sessions, if it isn't there yet. */
export const sessionKeyFile = async (path: string): Promise<string> => {
  await secretFile(path, () => `${randomPassword()}${randomPassword()}`);
  return path;
};

const database = (of: StackDatabases['vault']) => ({ DATABASE_URL_FILE: of.serviceUrlFile, MIGRATION_DATABASE_URL_FILE: of.ownerUrlFile });

/** How a gateway reaches NATS, and signs identities for it. */
export const gatewayOnNats = ({ url, credsDir, signer }: NatsServer): NodeJS.ProcessEnv => ({
  NATS_URL: url,
  NATS_CREDS_FILE: credsPath(credsDir, 'gateway'),
  NATS_ACCOUNT: signer.account,
  NATS_SIGNING_KEY_FILE: signer.seedFile,
});

const environments = async (options: ServicesOptions): Promise<Record<ServiceName, NodeJS.ProcessEnv>> => {
  const { servers, databases, gatewayPort } = options;
  const secretsDir = secretsDirOf(servers.varDir);
  const nats = (identity: string) => ({ NATS_URL: servers.nats.url, NATS_CREDS_FILE: credsPath(servers.nats.credsDir, identity) });
  return {
    vault: { ...nats('vault'), ...database(databases.vault), KEK_FILE: join(secretsDir, 'kek') },
    audit: { ...nats('audit'), ...database(databases.audit) },
    'rotation-worker': {
      ...nats('worker'),
      TEMPORAL_ADDRESS: servers.temporal.address,
      DATABASE_EGRESS_ALLOW: PRIVATE_NETWORKS,
      SWEEP_EVERY_MS: '2000',
      SETTLE_PAUSE_FIRST_MS: '2000',
      SETTLE_PAUSE_LONGEST_MS: '60000',
      WORKFLOW_CACHE_DIR: join(servers.varDir, 'cache'),
    },
    'api-gateway': {
      ...gatewayOnNats(servers.nats),
      PORT: String(gatewayPort),
      PUBLIC_URL: gatewayUrlOf(gatewayPort),
      OIDC_ISSUER: servers.oidc.issuer,
      OIDC_CLIENT_ID: servers.oidc.gatewayClient.clientId,
      OIDC_CLIENT_SECRET_FILE: servers.oidc.gatewayClient.clientSecretFile,
      SESSION_KEY_FILE: await sessionKeyFile(join(secretsDir, 'session.key')),
      ADMIN_UI_DIR: join(projectRoot, 'apps', 'admin-ui', 'dist'),
      TEMPORAL_UI_URL: servers.temporal.uiUrl,
    },
  };
};

/** The gateway's `/readyz` answers for everything behind it; the others are ready when it says so. */
const isGatewayReady = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
  return response.ok;
};

/** A service without HTTP says in its log that it is ready; only what this very run wrote counts. */
const readyByLog = (name: ServiceName, logFile: string): Pick<ServiceSpec, 'isReady' | 'beforeStart'> => {
  let mark = logMark(logFile);
  return {
    beforeStart: () => void (mark = logMark(logFile)),
    isReady: () => mark.since().includes(`"event":"${name}.ready"`),
  };
};

type Start = {
  readonly service: ServiceName;
  /** The process's name, where a service runs more than once. */
  readonly name?: string;
  readonly isReady?: ServiceSpec['isReady'];
};

const startService = async (options: ServicesOptions, { service, name = service, isReady }: Start): Promise<SupervisedProcess> => {
  const { varDir } = options.servers;
  const env = await environments(options);
  return spawnService({
    name,
    varDir,
    ...(isReady ? { isReady } : readyByLog(service, join(varDir, 'logs', `${name}.log`))),
    entry: entryOf(service),
    env: { ...env[service], ...options.settings?.[service] },
    restart: 'on-crash',
    readyTimeoutMs: 60_000,
  });
};

/** Starts a second process of the worker, which shares the work with the first. */
export const startAnotherWorker = (options: ServicesOptions, name: string): Promise<SupervisedProcess> =>
  startService(options, { service: 'rotation-worker', name });

/** Starts the four services at once; one that crashes is started again. Each one waits by itself for what it needs. */
export const startServices = async (options: ServicesOptions): Promise<Services> => {
  const [vault, audit, worker, gateway] = await Promise.all([
    startService(options, { service: 'vault' }),
    startService(options, { service: 'audit' }),
    startService(options, { service: 'rotation-worker' }),
    startService(options, { service: 'api-gateway', isReady: () => isGatewayReady(gatewayUrlOf(options.gatewayPort)) }),
  ]);
  return { vault, audit, 'rotation-worker': worker, 'api-gateway': gateway };
};
