import { readFileSync } from 'node:fs';
import { stablePorts } from '../process/free-ports.ts';
import { stopInReverse } from '../process/stop-on-signal.ts';
import type { SupervisedProcess } from '../process/supervised-process.ts';
import { mintDevTokens } from '../oidc/mint-access-token.ts';
import { runDirOf } from '../servers/server.ts';
import { writeSecretFile } from '../servers/secret-file.ts';
import { type Progress, type Servers, startServers } from '../servers/start-servers.ts';
import { buildAdminUi } from './admin-ui.ts';
import { prepareDatabases, type StackDatabases } from './databases.ts';
import { type Endpoints, publishEndpoints } from './endpoints.ts';
import { gatewayClient, type GatewayClient } from './gateway-client.ts';
import { gatewayUrlOf, secretsDirOf, type ServiceName, type Services, startAnotherWorker, startServices } from './services.ts';
import {
  type Detours,
  ORDERS_ADDRESS,
  ORDERS_INSTANCES,
  registerSample,
  type SampleOptions,
  startWorkload,
  statsFileOf,
} from './workload.ts';

export type StackProgress = Progress | { readonly kind: 'did'; readonly what: string; readonly milliseconds: number };

export type StackOptions = {
  readonly varDir: string;
  readonly onProgress?: (progress: StackProgress) => void;
  /** Where real servers are offered; this process's own environment when left out. */
  readonly env?: NodeJS.ProcessEnv;
  /** False leaves the UI unbuilt, for tests that don't look at it. */
  readonly ui?: boolean;
  /** Names of the workload's processes; none starts none. */
  readonly instances?: readonly string[];
  /** More settings, e.g. short durations; `orders` is the workload. */
  readonly settings?: Partial<Record<ServiceName | 'orders', NodeJS.ProcessEnv>>;
  /** Runs when the servers are up, and nothing has been asked of them yet. */
  readonly onServers?: (servers: Servers) => Promise<void>;
} & Pick<SampleOptions, 'policy' | 'detours' | 'password'>;

/** Everything that `pnpm start` runs, each part with its handle. */
export type Stack = {
  readonly servers: Servers;
  readonly databases: StackDatabases;
  readonly services: Services;
  readonly workload: readonly SupervisedProcess[];
  readonly endpoints: Endpoints;
  readonly api: GatewayClient;
  readonly credentialId: string;
  readonly inOrder: readonly { stop(): Promise<void>; kill?(): Promise<void> }[];
  /** Starts one more process of the worker; the stack stops it with the others. */
  addWorker(name: string, settings?: NodeJS.ProcessEnv): Promise<SupervisedProcess>;
  stop(): Promise<void>;
};

const wayToVaultsDatabase = async ({ vault }: StackDatabases, { vault: detour }: Detours): Promise<NodeJS.ProcessEnv> => {
  if (!detour) return {};
  const url = new URL(readFileSync(vault.serviceUrlFile, 'utf8').trim());
  url.port = String(await detour(Number(url.port)));
  const file = `${vault.serviceUrlFile}.detour`;
  writeSecretFile(file, url.href);
  return { DATABASE_URL_FILE: file };
};

/** Starts servers, services, UI and the sample workload on the data in `varDir`. What started is stopped again when something can't start. */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { varDir, onProgress, instances = ORDERS_INSTANCES, settings = {}, policy = {}, detours = {} } = options;
  const { password } = options;
  const sample = { policy, detours, settings: settings.orders ?? {}, ...(password === undefined ? {} : { password }) };
  const inOrder: { stop(): Promise<void>; kill?(): Promise<void> }[] = [];
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const done = await work();
    onProgress?.({ kind: 'did', what, milliseconds: Math.round(performance.now() - began) });
    return done;
  };
  try {
    const building = options.ui === false ? Promise.resolve(false) : timed('the admin UI is built', buildAdminUi);
    building.catch(() => undefined); // awaited below; a server that can't start is told first
    const servers = await startServers({ varDir, ...(onProgress ? { onProgress } : {}), ...(options.env ? { env: options.env } : {}) });
    inOrder.push(servers);
    await options.onServers?.(servers);
    const databases = await prepareDatabases({ postgresUrl: servers.postgres.url, secretsDir: secretsDirOf(varDir) });
    const vaultsWay = await wayToVaultsDatabase(databases, detours);
    const { gateway } = await stablePorts(runDirOf(varDir), ['gateway']);
    await building;
    const wanted = { servers, databases, gatewayPort: gateway, settings: { ...settings, vault: { ...vaultsWay, ...settings.vault } } };
    const services = await timed('vault, worker, audit and gateway are up', () => startServices(wanted));
    inOrder.push(services.vault, services.audit, services['rotation-worker'], services['api-gateway']);
    const gatewayUrl = gatewayUrlOf(gateway);
    const tokens = await mintDevTokens({ oidcDir: servers.oidc.oidcDir, issuer: servers.oidc.issuer });
    const api = gatewayClient({ gatewayUrl, token: tokens.admin });
    const credentialId = await registerSample({ servers, databases, api }, sample);
    const workload = await timed('the sample workload queries the orders database', () =>
      startWorkload({ servers, gatewayUrl }, instances, sample),
    );
    inOrder.push(...workload);
    const statsFiles = instances.map((instance) => statsFileOf(varDir, instance));
    const published = await publishEndpoints({ servers, databases, gatewayUrl, workload: { address: ORDERS_ADDRESS, statsFiles } });
    inOrder.push(published);
    const stop = async (): Promise<void> => {
      const [fault] = await stopInReverse({ inOrder });
      if (fault !== undefined) throw new Error('something did not stop', { cause: fault });
    };
    const addWorker = async (name: string, more: NodeJS.ProcessEnv = {}): Promise<SupervisedProcess> => {
      const own = { 'rotation-worker': { ...settings['rotation-worker'], ...more } };
      const worker = await startAnotherWorker({ ...wanted, settings: own }, name);
      inOrder.push(worker);
      return worker;
    };
    return { servers, databases, services, workload, endpoints: published.endpoints, api, credentialId, inOrder, addWorker, stop };
  } catch (fault) {
    await stopInReverse({ inOrder });
    throw fault;
  }
};
