import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { CannotStart } from '../cannot-start.ts';
import { freePort } from '../process/free-ports.ts';
import { commandLine } from '../process/process-identity.ts';
import { superviseProcess } from '../process/supervised-process.ts';
import { offeredServer } from './offered-server.ts';
import { accountFor, postgresAccount } from './postgres-account.ts';
import { createCluster } from './postgres-cluster.ts';
import { postgresPrograms } from './postgres-programs.ts';
import { logFileOf, runDirOf, type Server, type ServerOptions } from './server.ts';

/** `url` is the superuser's, for database `postgres`. */
export type PostgresServer = Server<{ url: string; host: string; port: number }>;

/** Starts Postgres on its data in `<varDir>/postgres`, which the first start creates. */
export const startPostgres = async (options: ServerOptions): Promise<PostgresServer> => {
  const { varDir } = options;
  const port = options.port ?? (await freePort());
  const dataDir = join(varDir, 'postgres');
  const programs = await postgresPrograms();
  const account = postgresAccount(dataDir);
  const password = await createCluster({ varDir, dataDir, initdb: programs.initdb, account });
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const supervised = await superviseProcess({
    name: 'postgres',
    command: programs.postgres,
    args: ['-D', dataDir, '-p', String(port), ...settings()],
    account: account ? accountFor(account, [dataDir, programs.postgres]) : undefined,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    cwd: '/', // ours may be a folder that the account can't enter
    runDir: runDirOf(varDir),
    logFile: logFileOf(varDir, 'postgres'),
    stopSignal: 'SIGINT', // a fast shutdown: sessions are ended, and the next start has nothing to recover
    orphanSignal: 'SIGINT',
    beforeStart: () => removeStalePidFile(dataDir),
    isPassing: (logged) => logged.includes('pre-existing shared memory block'), // sessions of a killed server take a moment to notice
    isReady: () => answers(url),
    restart: 'on-crash', // without room for its WAL, for one, it gives up for good, and leaves the rest to its supervisor
    diesWithParent: options.diesWithParent,
  });
  return { ...supervised, url, host: '127.0.0.1', port };
};

const DEFAULT_PORT = 5432;

/** Takes a Postgres that somebody offers. */
export const offeredPostgres = async ({ url }: { url: string }): Promise<PostgresServer> => {
  const server = await offeredServer({ name: 'Postgres', variable: 'KEYTURN_POSTGRES_URL', isReady: () => answers(url) });
  const { hostname: host, port } = new URL(url);
  return { ...server, url, host, port: Number(port || DEFAULT_PORT) };
};

/** Quicker where it costs no durability: fsync, full_page_writes and synchronous_commit stay on. */
const settings = (): string[] =>
  Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    password_encryption: 'scram-sha-256',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    jit: 'off',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] %q%u@%d ',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const answers = async (url: string): Promise<boolean> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/**
 * After a SIGKILL and a reboot, the pid in `postmaster.pid` may belong to an innocent process, and Postgres then refuses to start. The file
 * is stale unless that process is a Postgres on this very folder.
 */
const removeStalePidFile = (dataDir: string): void => {
  const pidFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  if (Number.isInteger(pid) && commandLine(pid).includes(dataDir)) {
    throw new CannotStart(`Another Postgres (pid ${pid}) uses ${dataDir}: stop it with \`kill -INT ${pid}\`.`);
  }
  rmSync(pidFile, { force: true });
};
