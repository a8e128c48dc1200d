import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { eventStream, inboxPrefixOf, type Subscriber } from '../nats/nats-identities.ts';
import { OFFERED_SEEDS, natsAuthority, natsKeys, readSigner, subscriberSignerFile, type NatsAuthority } from '../nats/nats-keys.ts';
import { credsPath, writeServiceCreds, writeSubscriberCreds } from '../nats/write-creds.ts';
import { freePort } from '../process/free-ports.ts';
import { superviseProcess } from '../process/supervised-process.ts';
import { writeSecretFile } from './secret-file.ts';
import { offeredFolder } from './offered-folder.ts';
import { offeredServer } from './offered-server.ts';
import { logFileOf, runDirOf, type Server, type ServerOptions } from './server.ts';

export type NatsServer = Server<{
  url: string;
  port: number;
  /** The signing keys, for `mintNatsCreds`. */
  keysDir: string;
  /** Holds `<identity>.creds` for every service. */
  credsDir: string;
  /** What the gateway makes subscribers' identities with. */
  signer: { account: string; seedFile: string };
  /** Writes a creds file that never expires, for tests that have no gateway. */
  addSubscriber: (subscriber: Subscriber) => Promise<string>;
}>;

const DEFAULT_PORT = 4222;

/** Starts NATS in operator mode with JetStream, its store, keys and creds in `<varDir>/nats`. */
export const startNats = async (options: ServerOptions & { readonly binary: string }): Promise<NatsServer> => {
  const port = options.port ?? (await freePort());
  const folder = join(options.varDir, 'nats');
  const folders = { keysDir: join(folder, 'keys'), credsDir: join(folder, 'creds') };
  const keys = await natsKeys(folders.keysDir);
  const config = join(folder, 'nats-server.conf');
  writeSecretFile(config, await natsConfig({ keysDir: folders.keysDir, host: '127.0.0.1', port, storeDir: join(folder, 'jetstream') }));
  await writeServiceCreds(folders);
  const url = `nats://127.0.0.1:${port}`;
  const supervised = await superviseProcess({
    name: 'nats',
    command: options.binary,
    args: ['--config', config],
    runDir: runDirOf(options.varDir),
    logFile: logFileOf(options.varDir, 'nats'),
    isReady: () => hasJetStream(url, credsPath(folders.credsDir, 'vault')),
    diesWithParent: options.diesWithParent,
  });
  const signer = { account: keys.account.getPublicKey(), seedFile: subscriberSignerFile(folders.keysDir) };
  return { ...supervised, url, port, ...folders, signer, addSubscriber: (subscriber) => writeSubscriberCreds(folders, subscriber) };
};

/** Takes a NATS server that somebody offers: its users, and their creds in `<varDir>/nats/creds`, are made with the offered key. */
export const offeredNats = async ({ varDir, url, keysDir }: { varDir: string; url: string; keysDir: string }): Promise<NatsServer> => {
  const folders = { keysDir: offeredFolder('KEYTURN_NATS_KEYS_DIR', keysDir, OFFERED_SEEDS), credsDir: join(varDir, 'nats', 'creds') };
  await writeServiceCreds(folders);
  const isReady = () => hasJetStream(url, credsPath(folders.credsDir, 'vault'));
  const server = await offeredServer({ name: 'NATS', variable: 'KEYTURN_NATS_URL', isReady });
  const port = Number(new URL(url).port || DEFAULT_PORT);
  const signer = { account: readSigner(keysDir).account.getPublicKey(), seedFile: subscriberSignerFile(keysDir) };
  return { ...server, url, port, ...folders, signer, addSubscriber: (subscriber) => writeSubscriberCreds(folders, subscriber) };
};

type Config = { readonly keysDir: string; readonly host: string; readonly port: number; readonly storeDir: string };

/** The configuration of a server in operator mode that trusts the keys in `keysDir`, which are made where they are missing. */
export const natsConfig = async ({ keysDir, ...rest }: Config): Promise<string> =>
  configText({ ...rest, authority: await natsAuthority(await natsKeys(keysDir)) });

/** The largest message is an event or a sealed secret (64 KiB) with room to spare. */
const configText = ({
  host,
  port,
  storeDir,
  authority,
}: Omit<Config, 'keysDir'> & { readonly authority: NatsAuthority }): string => `host: ${host}
port: ${port}
server_name: keyturn-dev
max_payload: 1MB
jetstream { store_dir: ${JSON.stringify(storeDir)} }
operator: ${authority.operatorJwt}
system_account: ${authority.systemAccount}
resolver: MEMORY
resolver_preload: {
${Object.entries(authority.accounts)
  .map(([account, jwt]) => `  ${account}: ${jwt}`)
  .join('\n')}
}
`;

const hasJetStream = async (url: string, credsFile: string): Promise<boolean> => {
  const connection = await connect({
    servers: url,
    authenticator: credsAuthenticator(readFileSync(credsFile)),
    inboxPrefix: inboxPrefixOf('vault'),
    reconnect: false,
    timeout: 2_000,
  });
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    await manager.streams.info(eventStream).catch((fault: unknown) => {
      if (!(fault instanceof JetStreamApiError) || fault.code !== JetStreamApiCodes.StreamNotFound) throw fault;
    });
    return true;
  } finally {
    await connection.close();
  }
};
