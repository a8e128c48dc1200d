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
  projectRoot,
  spawnService,
  startNats,
  startPostgres,
  stopInReverse,
} from '@keyturn/dev-stack';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { FLOOR_INBOX } from './connect-floor.ts';
import { FLOOR_CREDS_NAME, MAKE_STREAM } from './floor-subjects.ts';
import type { Watched } from './process/cpu-time.ts';

/** Postgres, NATS and a vault of the bench's own, and the two identities that it drives the vault with. */
export type BenchStack = {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly varDir: string;
  /** The superuser's URL of the vault's own database, and its KEK file: for what no command can do. */
  readonly vaultUrl: string;
  readonly kekFile: string;
  /** Of an audit service, should a suite start one. */
  readonly audit: { readonly serviceUrlFile: string; readonly ownerUrlFile: string };
  /** The superuser's URL of a database for the floors, on the same server as the vault's. */
  readonly floorUrl: string;
  /** A creds file's text for subjects under `floor.`, which no service hears, and a stream of them. */
  readonly floorCreds: string;
  readonly asGateway: VaultClient;
  readonly asWorker: VaultClient;
  /** Starts one more replica of the vault on the same database, and answers once it is ready. */
  readonly startReplica: () => Promise<{ stop(): Promise<void> }>;
  /** The processes that a command goes through. */
  readonly watched: readonly Watched[];
  readonly inOrder: readonly { stop(): Promise<void> }[];
};

/** A program: a person would have to sign in every quarter of an hour. */
const ADMIN: Actor = { kind: 'program', id: 'bench', name: 'Bench', roles: ['admin'] };
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
    const { vaultUrl, kekFile, audit, startReplica, ...vault } = await startVault({
      varDir,
      postgres,
      nats,
      ...(profileDir === undefined ? {} : { profileDir }),
    });
    kept(vault);
    const floor = await createDatabase(postgres.url, 'floor');
    const client = async (identity: string, actor: Actor): Promise<VaultClient> => {
      const bus = await connectAs(nats, identity);
      inOrder.push({ stop: () => bus.close() });
      return vaultClient({ bus, actor, clock: systemClock });
    };
    const floorCreds = await mintNatsCreds({
      keysDir: nats.keysDir,
      name: FLOOR_CREDS_NAME,
      publish: ['floor.>', MAKE_STREAM],
      subscribe: ['floor.>', `${FLOOR_INBOX}.>`],
      allowResponses: true,
    });
    const watched = Object.entries({ vault, Postgres: postgres, NATS: nats }).map(([name, { pid }]) => ({ name, pid: pid() ?? 0 }));
    const [asGateway, asWorker] = await Promise.all([client('gateway', ADMIN), client('worker', WORKER)]);
    return {
      postgres,
      nats,
      varDir,
      vaultUrl,
      kekFile,
      audit,
      floorUrl: floor.url,
      floorCreds,
      asGateway,
      asWorker,
      startReplica,
      watched,
      inOrder,
    };
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
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
};

const startVault = async ({ varDir, postgres, nats, profileDir }: VaultOptions) => {
  const { vault, audit } = await prepareDatabases({ postgresUrl: postgres.url, secretsDir: join(varDir, 'secrets') });
  const kekFile = join(varDir, 'secrets', 'kek');
  const spawn = (name: string, env: NodeJS.ProcessEnv) => {
    const logFile = join(varDir, 'logs', `${name}.log`);
    return spawnService({
      name,
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
        KEK_FILE: kekFile,
        ...env,
      },
    });
  };
  const spawned = await spawn('vault', profileDir === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` });
  let replicas = 0;
  const startReplica = () => spawn(`replica-${(replicas += 1)}`, {});
  return { ...spawned, startReplica, audit, vaultUrl: vault.ownerUrl, kekFile };
};
