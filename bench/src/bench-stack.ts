import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bus, connectBus, type VaultClient, vaultClient } from '@keyturn/bus';
import type { Actor } from '@keyturn/contracts';
import {
  binaryCacheDir,
  createDatabase,
  credsPath,
  findBinary,
  mintNatsCreds,
  natsServer,
  type NatsServer,
  type PostgresServer,
  prepareDatabases,
  type StackDatabases,
  projectRoot,
  spawnService,
  startNats,
  startPostgres,
  stopInReverse,
} from '@keyturn/dev-stack';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { FLOOR_CREDS_NAME } from './convergence/floor-subjects.ts';

/** Postgres, NATS and a vault of the bench's own, and the two identities that it drives the vault with. */
export type BenchStack = {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly varDir: string;
  /** The service role's URL of the vault's own database, for floors that read the same table. */
  readonly vaultUrl: string;
  /** The superuser's URL of a database for the floors, on the same server as the vault's. */
  readonly floorUrl: string;
  /** A creds file's text for subjects under `floor.`, which no service hears. */
  readonly floorCreds: string;
  readonly asGateway: VaultClient;
  readonly asWorker: VaultClient;
  readonly inOrder: readonly { stop(): Promise<void> }[];
};

const ADMIN: Actor = { kind: 'person', id: 'bench', name: 'Bench', roles: ['admin'] };
const WORKER: Actor = { kind: 'service', id: 'rotation-worker', roles: ['worker'] };

export type BenchStackOptions = {
  readonly varDir: string;
  /** Where the vault writes its CPU profile when it stops. */
  readonly profileDir?: string | undefined;
};

/** Starts them on fresh data in `varDir`. */
export const startBenchStack = async ({ varDir, profileDir }: BenchStackOptions): Promise<BenchStack> => {
  const inOrder: { stop(): Promise<void> }[] = [];
  const kept = <T extends { stop(): Promise<void> }>(started: T): T => {
    inOrder.push(started);
    return started;
  };
  try {
    const binary = await findBinary(natsServer, { env: process.env, cacheDir: binaryCacheDir });
    const postgres = kept(await startPostgres({ varDir }));
    const nats = kept(await startNats({ varDir, binary }));
    const databases = await prepareDatabases({ postgresUrl: postgres.url, secretsDir: join(varDir, 'secrets') });
    kept(await startVault({ varDir, nats, databases, ...(profileDir === undefined ? {} : { profileDir }) }));
    const floor = await createDatabase(postgres.url, 'floor');
    const client = async (identity: string, actor: Actor): Promise<VaultClient> => {
      const bus = await connectAs(nats, identity);
      inOrder.push({ stop: () => bus.close() });
      return vaultClient({ bus, actor, clock: systemClock });
    };
    const floorCreds = await mintNatsCreds({
      keysDir: nats.keysDir,
      name: FLOOR_CREDS_NAME,
      publish: ['floor.>'],
      subscribe: ['floor.>', `_INBOX_${FLOOR_CREDS_NAME}.>`],
      allowResponses: true,
    });
    const [asGateway, asWorker] = await Promise.all([client('gateway', ADMIN), client('worker', WORKER)]);
    const vaultUrl = readFileSync(databases.vault.serviceUrlFile, 'utf8').trim();
    return { postgres, nats, varDir, vaultUrl, floorUrl: floor.url, floorCreds, asGateway, asWorker, inOrder };
  } catch (fault) {
    await stopInReverse({ inOrder });
    throw fault;
  }
};

const connectAs = (nats: NatsServer, identity: string): Promise<Bus> =>
  connectBus({
    url: nats.url,
    creds: new Sensitive(readFileSync(credsPath(nats.credsDir, identity), 'utf8')),
    name: identity,
    log: silentLogger,
  });

type VaultOptions = BenchStackOptions & {
  readonly nats: NatsServer;
  readonly databases: StackDatabases;
};

const startVault = async ({ varDir, nats, databases: { vault }, profileDir }: VaultOptions) => {
  const logFile = join(varDir, 'logs', 'vault.log');
  return spawnService({
    name: 'vault',
    varDir,
    logFile,
    entry: join(projectRoot, 'services', 'vault', 'src', 'main.ts'),
    isReady: () => readFileSync(logFile, 'utf8').includes('"event":"vault.ready"'),
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 20_000,
    env: {
      NATS_URL: nats.url,
      NATS_CREDS_FILE: credsPath(nats.credsDir, 'vault'),
      DATABASE_URL_FILE: vault.serviceUrlFile,
      MIGRATION_DATABASE_URL_FILE: vault.ownerUrlFile,
      KEK_FILE: join(varDir, 'secrets', 'kek'),
      ...(profileDir === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` }),
    },
  });
};
