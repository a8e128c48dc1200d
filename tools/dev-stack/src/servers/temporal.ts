import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { freePort } from '../process/free-ports.ts';
import { superviseProcess } from '../process/supervised-process.ts';
import { offeredServer } from './offered-server.ts';
import { logFileOf, runDirOf, type Server, type ServerOptions } from './server.ts';

/** `address` is host and port for a client; `uiUrl` is what a person opens. */
export type TemporalServer = Server<{ address: string; port: number; uiUrl: string }>;

/** What an SRE can filter runs by (design §5). */
export const searchAttributes = ['KeyturnCredential', 'KeyturnService', 'KeyturnStep', 'KeyturnReason', 'KeyturnRequestReason'] as const;

const NAMESPACE = 'default';

/** Starts the Temporal dev server with its UI, its data in `<varDir>/temporal/temporal.db`. */
export const startTemporal = async (
  options: ServerOptions & { readonly binary: string; readonly uiPort?: number },
): Promise<TemporalServer> => {
  const port = options.port ?? (await freePort());
  const uiPort = options.uiPort ?? (await freePort());
  const folder = join(options.varDir, 'temporal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const address = `127.0.0.1:${port}`;
  const supervised = await superviseProcess({
    name: 'temporal',
    command: options.binary,
    args: [
      'server',
      'start-dev',
      '--ip=127.0.0.1',
      `--port=${port}`,
      `--ui-port=${uiPort}`,
      `--db-filename=${join(folder, 'temporal.db')}`,
      '--log-level=warn',
      '--ui-disable-news-fetch',
      ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ],
    runDir: runDirOf(options.varDir),
    logFile: logFileOf(options.varDir, 'temporal'),
    isReady: () => knowsSearchAttributes(address),
    readyTimeoutMs: 60_000,
    diesWithParent: options.diesWithParent,
  });
  return { ...supervised, address, port, uiUrl: `http://127.0.0.1:${uiPort}` };
};

/** Takes a Temporal server that somebody offers; search attributes that it doesn't know are added. */
export const offeredTemporal = async ({ address, uiUrl }: { address: string; uiUrl: string }): Promise<TemporalServer> => {
  const isReady = () => addSearchAttributes(address);
  const server = await offeredServer({ name: 'Temporal', variable: 'KEYTURN_TEMPORAL_ADDRESS', isReady });
  return { ...server, address, port: Number(new URL(`tcp://${address}`).port), uiUrl };
};

const KEYWORD = 2;

const addSearchAttributes = async (address: string): Promise<boolean> => {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
    const missing = searchAttributes.filter((name) => !(name in customAttributes));
    if (missing.length === 0) return true;
    const wanted = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
    await connection.operatorService.addSearchAttributes({ namespace: NAMESPACE, searchAttributes: wanted });
    return false; // it takes a moment until they are known: asked again
  } finally {
    await connection.close();
  }
};

/** The server registers them last, after it has begun to answer. */
const knowsSearchAttributes = async (address: string): Promise<boolean> => {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
    return searchAttributes.every((name) => name in customAttributes);
  } finally {
    await connection.close();
  }
};
