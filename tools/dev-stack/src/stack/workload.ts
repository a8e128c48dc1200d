import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RegisterCredentialBody } from '@keyturn/contracts/api';
import { consumerClientId, consumerSecretFile } from '../oidc/consumer-clients.ts';
import { projectRoot } from '../project-paths.ts';
import { spawnService } from '../process/spawn-service.ts';
import type { SupervisedProcess } from '../process/supervised-process.ts';
import type { Servers } from '../servers/start-servers.ts';
import { resetOrdersRole, type StackDatabases } from './databases.ts';
import type { GatewayClient } from './gateway-client.ts';

export const ORDERS_ADDRESS = 'system.postgres.orders';
const ISSUER_ADDRESS = 'system.postgres.orders-issuer';
export const ORDERS_INSTANCES = ['one', 'two'] as const;
const WORKERS_EACH = 5;

/** Short waits, so that a rotation of the sample takes seconds; an instance that vanished is lost after two minutes. */
export const SAMPLE_POLICY = {
  preflightMs: 10_000,
  graceMs: 1_000,
  evidenceEveryMs: 250,
  soakMs: 500,
  deadlineMs: 60_000,
  silentAfterMs: 30_000,
  lostAfterMs: 120_000,
};

/** Other ways to the servers, for tests that cut them: each answers the port that stands in for the server's own. */
export type Detours = {
  /** For one process of the workload to NATS. */
  readonly nats?: (instance: string, port: number) => Promise<number>;
  /** For one process of the workload to its database. */
  readonly postgres?: (instance: string, port: number) => Promise<number>;
  /** For the worker, as the issuer, to Postgres. */
  readonly issuer?: (port: number) => Promise<number>;
  /** For the vault to its own database, save for its migrations. */
  readonly vault?: (port: number) => Promise<number>;
};

/** What a test may want otherwise. */
export type SampleOptions = {
  /** Changes to `SAMPLE_POLICY`. */
  readonly policy?: RegisterCredentialBody['policy'];
  readonly detours?: Detours;
  /** The first password of the sample's role; a random one when left out. */
  readonly password?: string;
  /** More settings for the workload's processes. */
  readonly settings?: NodeJS.ProcessEnv;
};

type Reach = { readonly host: string; readonly port: number; readonly sslmode: string | null };

const postgresFields = ({ host, port, sslmode }: Reach, username: string) => ({
  host,
  port: String(port),
  database: 'orders',
  username,
  ...(sslmode === null ? {} : { sslmode }),
});

const find = async (api: GatewayClient, address: string): Promise<string | null> =>
  (await api.list(address)).items.find((item) => item.address === address)?.credentialId ?? null;

type Registering = { readonly servers: Servers; readonly databases: StackDatabases; readonly api: GatewayClient };

/** Registers the sample's issuer and its one role, unless that was done before. Answers the credential's id. */
export const registerSample = async (
  { servers, databases, api }: Registering,
  { policy, password: firstPassword, detours = {} }: SampleOptions = {},
): Promise<string> => {
  const { host, port, url } = servers.postgres;
  const direct: Reach = { host, port, sslmode: new URL(url).searchParams.get('sslmode') };
  const known = await find(api, ORDERS_ADDRESS);
  if (known !== null) return known;
  await api.registerConsumer(
    'orders',
    (['read', 'preflight', 'ack'] as const).map((action) => ({ action, pattern: ORDERS_ADDRESS })),
  );
  const { username, password } = databases.orders.issuer;
  const issuersWay = async (): Promise<Reach> => {
    const detour = await detours.issuer?.(port);
    return detour === undefined ? direct : { ...direct, host: '127.0.0.1', port: detour };
  };
  const issuer =
    (await find(api, ISSUER_ADDRESS)) ??
    (
      await api.register({
        address: ISSUER_ADDRESS,
        credentialType: 'database_password',
        displayName: 'Manages the roles of the orders database',
        publicFields: postgresFields(await issuersWay(), username),
        secretFields: { password },
      })
    ).credentialId;
  const schema = readFileSync(join(projectRoot, 'examples', 'orders', 'schema.sql'), 'utf8');
  const registered = await api.register({
    address: ORDERS_ADDRESS,
    credentialType: 'database_password',
    displayName: 'Orders database',
    publicFields: postgresFields(direct, 'orders'),
    secretFields: { password: await resetOrdersRole(databases.orders.ownerUrl, schema, firstPassword) },
    issuer,
    policy: { ...SAMPLE_POLICY, ...policy },
  });
  return registered.credentialId;
};

export const statsFileOf = (varDir: string, instance: string): string => join(varDir, 'workload', `orders-${instance}.json`);

/** Starts the service `orders`: two instances with five workers each, that query and now and then log in anew all the time. */
export const startWorkload = (
  { servers, gatewayUrl }: { readonly servers: Servers; readonly gatewayUrl: string },
  instances: readonly string[] = ORDERS_INSTANCES,
  { detours = {}, settings = {} }: SampleOptions = {},
): Promise<SupervisedProcess[]> =>
  Promise.all(
    instances.map(async (instance) => {
      const natsPort = await detours.nats?.(instance, servers.nats.port);
      const proxyPort = await detours.postgres?.(instance, servers.postgres.port);
      const statsFile = statsFileOf(servers.varDir, instance);
      mkdirSync(dirname(statsFile), { recursive: true });
      const startedAt = new Date().toISOString();
      return spawnService({
        name: `orders-${instance}`,
        entry: join(projectRoot, 'examples', 'orders', 'src', 'main.ts'),
        varDir: servers.varDir,
        env: {
          GATEWAY_URL: gatewayUrl,
          OIDC_ISSUER: servers.oidc.issuer,
          CLIENT_ID: consumerClientId('orders'),
          CLIENT_SECRET_FILE: consumerSecretFile(servers.oidc.oidcDir, 'orders'),
          ...(natsPort === undefined ? {} : { NATS_URL: `nats://127.0.0.1:${natsPort}` }),
          CONSUMER: 'orders',
          INSTANCE: instance,
          ADDRESS: ORDERS_ADDRESS,
          WORKERS: String(WORKERS_EACH),
          STATS_FILE: statsFile,
          ...(proxyPort === undefined ? {} : { DATABASE_PROXY_PORT: String(proxyPort) }),
          ...settings,
        },
        isReady: () => isWorking(statsFile, startedAt),
        restart: 'on-crash',
      });
    }),
  );

/** It has the secret, proved it, and got answers from the database. */
const isWorking = (statsFile: string, startedAt: string): boolean => {
  const { at, queriesTried, isAcknowledged } = readStats(statsFile);
  return at > startedAt && queriesTried > 0 && isAcknowledged;
};

export type WorkloadStats = {
  readonly at: string;
  /** The process's own clock, from its start; a smaller one than before is another process. */
  readonly monotonicMs: number;
  readonly loginsTried: number;
  readonly loginsFailed: number;
  readonly queriesTried: number;
  readonly queriesFailed: number;
  readonly isAcknowledged: boolean;
  readonly version: number | null;
};

const NOTHING: WorkloadStats = {
  at: '',
  monotonicMs: 0,
  loginsTried: 0,
  loginsFailed: 0,
  queriesTried: 0,
  queriesFailed: 0,
  isAcknowledged: false,
  version: null,
};

/** What an instance of the workload last said of itself; zeros before its first word. */
export const readStats = (statsFile: string): WorkloadStats => {
  try {
    const parsed: unknown = JSON.parse(readFileSync(statsFile, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...NOTHING, ...parsed } : NOTHING;
  } catch {
    return NOTHING;
  }
};
